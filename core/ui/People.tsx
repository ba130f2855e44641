import {
  ActionIcon,
  Badge,
  Button,
  Checkbox,
  CopyButton,
  Group,
  Modal,
  Paper,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconLink, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Person } from '../staff/people.ts';
import type { Role } from '../staff/staff.ts';
import { ApiError, api } from './api.ts';
import { Failure } from './Failure.tsx';
import { useWords } from './words.tsx';

const allRoles: Role[] = ['agent', 'editor', 'supervisor', 'admin'];

/** Who works here: invite, roles, shut accounts, new links. */
export function People() {
  const { t } = useWords();
  const client = useQueryClient();
  const people = useQuery({ queryKey: ['people'], queryFn: () => api<{ people: Person[] }>('GET', '/people') });
  const [link, setLink] = useState<string>();
  const [inviting, setInviting] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: ['people'] });
  const change = useMutation({
    mutationFn: ({ id, ...body }: { id: string; roles?: Role[]; active?: boolean }) =>
      api('PATCH', `/people/${id}`, body),
    onSettled: refresh,
  });
  const relink = useMutation({
    mutationFn: (id: string) => api<{ link: string }>('POST', `/people/${id}/link`, {}),
    onSuccess: (answer) => setLink(answer.link),
  });

  return (
    <Stack p="md" maw={960}>
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('ui:people.title')}
        </Title>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setInviting(true)}>
          {t('ui:people.invite')}
        </Button>
      </Group>
      {people.isError && <Failure error={people.error} onRetry={() => void people.refetch()} />}
      {change.isError && (
        <Text c="red" role="alert">
          {t(
            change.error instanceof ApiError && change.error.details.lastAdmin
              ? 'ui:people.lastAdmin'
              : 'ui:error.internal',
          )}
        </Text>
      )}
      {link && <OneTimeLink link={link} />}
      {people.isPending && <Text c="dimmed">{t('ui:loading')}</Text>}
      <Paper withBorder>
        <Table.ScrollContainer minWidth={640}>
          <Table verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('ui:people.name')}</Table.Th>
                <Table.Th>{t('ui:people.roles')}</Table.Th>
                <Table.Th>{t('ui:people.state')}</Table.Th>
                <Table.Th aria-label={t('ui:people.newLink')} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {people.data?.people.map((person) => (
                <Table.Tr key={person.id}>
                  <Table.Td>
                    {person.name}
                    <Text size="sm" c="dimmed">
                      {person.email}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Group gap="xs">
                      {allRoles.map((role) => (
                        <Checkbox
                          key={role}
                          size="sm"
                          label={t(`ui:role.${role}`)}
                          checked={person.roles.includes(role)}
                          onChange={(event) => {
                            const roles = event.currentTarget.checked
                              ? [...person.roles, role]
                              : person.roles.filter((entry) => entry !== role);
                            if (roles.length > 0) change.mutate({ id: person.id, roles });
                          }}
                        />
                      ))}
                    </Group>
                  </Table.Td>
                  <Table.Td>
                    <Badge
                      variant="light"
                      tt="none"
                      color={person.active ? (person.invited ? 'yellow' : 'teal') : 'gray'}
                    >
                      {t(
                        person.active ? (person.invited ? 'ui:people.invited' : 'ui:people.active') : 'ui:people.shut',
                      )}
                    </Badge>
                  </Table.Td>
                  <Table.Td>
                    <Group gap="xs" wrap="nowrap">
                      <ActionIcon
                        variant="subtle"
                        size="lg"
                        aria-label={t('ui:people.newLink')}
                        title={t('ui:people.newLink')}
                        onClick={() => relink.mutate(person.id)}
                      >
                        <IconLink size={18} />
                      </ActionIcon>
                      <Button
                        size="xs"
                        variant="default"
                        onClick={() => change.mutate({ id: person.id, active: !person.active })}
                      >
                        {t(person.active ? 'ui:people.shutDown' : 'ui:people.open')}
                      </Button>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Paper>
      <Invite
        opened={inviting}
        onClose={() => setInviting(false)}
        onInvited={(made) => {
          setInviting(false);
          setLink(made);
          void refresh();
        }}
      />
    </Stack>
  );
}

function OneTimeLink({ link }: { link: string }) {
  const { t } = useWords();
  return (
    <Paper withBorder p="md">
      <Text size="sm">{t('ui:people.linkHint')}</Text>
      <Group mt="xs">
        <Text component="code" size="sm" data-testid="one-time-link">
          {link}
        </Text>
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button size="xs" variant="light" onClick={copy}>
              {t(copied ? 'ui:copied' : 'ui:copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Paper>
  );
}

function Invite({ opened, onClose, onInvited }: { opened: boolean; onClose(): void; onInvited(link: string): void }) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<Role[]>(['agent']);
  const invite = useMutation({
    mutationFn: () => api<{ link: string }>('POST', '/people', { name, email, roles }),
    onSuccess: (answer) => onInvited(answer.link),
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t('ui:people.invite')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('ui:people.name')}
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('ui:signIn.email')}
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Checkbox.Group label={t('ui:people.roles')} value={roles} onChange={(value) => setRoles(value as Role[])}>
            <Group mt="xs">
              {allRoles.map((role) => (
                <Checkbox key={role} value={role} label={t(`ui:role.${role}`)} />
              ))}
            </Group>
          </Checkbox.Group>
          {invite.isError && <Failure error={invite.error} />}
          <Button type="submit" loading={invite.isPending} disabled={roles.length === 0}>
            {t('ui:people.makeLink')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
