import { Badge, Box, Button, Group, Loader, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconArrowLeft } from '@tabler/icons-react';
import { useState } from 'react';
import type { Member } from '../../core/staff/staff.ts';
import { ApiError, api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import { CardView } from './CardView.tsx';
import { ReplyBox } from './ReplyBox.tsx';
import { Transcript } from './Transcript.tsx';
import { useConversation } from './useConversation.ts';

/** One conversation: the card, what was said, and what this agent can do now. */
export function Conversation({ id, me, onBack }: { id: string; me: Omit<Member, 'sessionId'>; onBack(): void }) {
  const { t } = useWords();
  const { data, isPending, isError, error, refetch, connection } = useConversation(id);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const state = data?.conversation.state;
  const mine = data?.conversation.ownerId === me.id;
  const supervisor = me.roles.some((role) => role === 'supervisor' || role === 'admin');

  async function act(name: 'claim' | 'takeover' | 'return' | 'transfer' | 'close') {
    if (!data) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await api('POST', `/desk/conversations/${id}/${name}`, { ownerVersion: data.conversation.ownerVersion });
    } catch (failure) {
      setProblem(explain(failure, t));
    } finally {
      setBusy(false);
    }
  }
  useHotkeys([['c', () => void (state === 'waiting' && act('claim'))]]);

  if (isPending) {
    return (
      <Box className="desk-talk" p="xl">
        <Loader aria-label={t('ui:loading')} />
      </Box>
    );
  }
  if (isError || !data) {
    return (
      <Box className="desk-talk" p="md">
        <Failure error={error} onRetry={() => void refetch()} />
      </Box>
    );
  }
  const { conversation } = data;
  return (
    <>
      <section className="desk-talk" aria-label={t('desk:conversation')}>
        <Group p="sm" justify="space-between" wrap="nowrap" className="desk-head">
          <Group gap="xs" wrap="nowrap">
            <Button variant="subtle" hiddenFrom="md" size="compact-md" onClick={onBack} aria-label={t('desk:back')}>
              <IconArrowLeft size={18} />
            </Button>
            <Text fw={600}>{data.card.customer.name ?? t('desk:visitor')}</Text>
            <Badge variant="light" tt="none" color={state === 'waiting' ? 'yellow' : 'teal'} data-testid="state">
              {t(`desk:state.${conversation.state}`, { owner: conversation.owner ?? '' })}
            </Badge>
          </Group>
          <Group gap="xs">
            {state === 'waiting' && (
              <Button onClick={() => void act('claim')} loading={busy} data-testid="claim">
                {t('desk:claim')}
              </Button>
            )}
            {(state === 'bot' || (state === 'agent' && !mine && supervisor)) && (
              <Button variant="default" onClick={() => void act('takeover')} loading={busy} data-testid="takeover">
                {t('desk:takeover')}
              </Button>
            )}
            {mine && (
              <>
                <Button variant="default" onClick={() => void act('return')} loading={busy} data-testid="return">
                  {t('desk:return')}
                </Button>
                <Button variant="default" onClick={() => void act('transfer')} loading={busy} data-testid="transfer">
                  {t('desk:transfer')}
                </Button>
                <Button variant="default" onClick={() => void act('close')} loading={busy} data-testid="close">
                  {t('desk:close')}
                </Button>
              </>
            )}
          </Group>
        </Group>
        {connection === 'reconnecting' && (
          <Text role="status" size="sm" ta="center" className="waiting-text">
            {t('desk:queue.reconnecting')}
          </Text>
        )}
        {problem && (
          <Text role="alert" c="red" px="md" data-testid="problem">
            {problem}
          </Text>
        )}
        <Transcript messages={data.messages} events={data.events} card={<CardView card={data.card} />} />
        <ReplyBox
          id={id}
          mine={mine}
          ownerVersion={conversation.ownerVersion}
          onProblem={(failure) => setProblem(failure === undefined ? undefined : explain(failure, t))}
        />
      </section>
      <aside className="desk-side" aria-label={t('desk:card.title')}>
        <Box p="md">
          <CardView card={data.card} full />
        </Box>
      </aside>
    </>
  );
}

function explain(failure: unknown, t: (key: string, values?: Record<string, string>) => string): string {
  if (!(failure instanceof ApiError)) return t('ui:error.internal');
  if (failure.code === 'stale')
    return typeof failure.details.owner === 'string'
      ? t('desk:taken', { owner: failure.details.owner })
      : t('desk:moved');
  return t(`ui:error.${failure.code === 'offline' || failure.code === 'forbidden' ? failure.code : 'internal'}`);
}
