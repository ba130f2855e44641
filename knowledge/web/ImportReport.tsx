import { Accordion, Alert, Badge, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { useWords } from '../../core/ui/words.tsx';
import type { ArticleReport } from '../importArticles.ts';
import { Compare } from './Diff.tsx';

/** What an import would do or did, with its reasons as sentences. */
export type Report = Omit<ArticleReport, 'refused' | 'notes'> & {
  refused: { name: string; reason: string }[];
  notes: { name: string; note: string }[];
};

/** What an import would do or did: refused files with the reason first, for they need the editor. */
export function ImportReport({ report, applied }: { report: Report; applied: boolean }) {
  const { t } = useWords();
  const groups = (['refused', 'created', 'updated', 'unchanged'] as const).filter((name) => report[name].length > 0);
  return (
    <Stack gap="sm" data-testid="import-report" aria-live="polite">
      <Alert color={applied ? 'teal' : 'gray'} icon={applied ? <IconCheck size={18} /> : <IconInfoCircle size={18} />}>
        {t(applied ? 'knowledge:transfer.done' : 'knowledge:transfer.dry')}
      </Alert>
      <Group gap="xs">
        {(['created', 'updated', 'unchanged', 'refused'] as const).map((name) => (
          <Badge key={name} tt="none" size="lg" variant="light" color={colors[name]} data-testid={`count-${name}`}>
            {t(`knowledge:transfer.${name}`)}: {report[name].length}
          </Badge>
        ))}
      </Group>
      {report.notes.length > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title={t('knowledge:transfer.notes')}>
          <List size="sm">
            {report.notes.slice(0, most).map(({ name, note }) => (
              <List.Item key={`${name} ${note}`}>
                {name && <bdi>{name}</bdi>}
                {name && ': '}
                {note}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Accordion multiple defaultValue={groups.filter((name) => name === 'refused' || name === 'updated')}>
        {groups.map((group) => (
          <Accordion.Item key={group} value={group}>
            <Accordion.Control>
              {t(`knowledge:transfer.${group}`)} ({report[group].length})
            </Accordion.Control>
            <Accordion.Panel>
              <Entries group={group} report={report} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Stack>
  );
}

function Entries({ group, report }: { group: 'created' | 'updated' | 'unchanged' | 'refused'; report: Report }) {
  const { t } = useWords();
  if (group === 'refused') {
    return (
      <List size="sm">
        {report.refused.slice(0, most).map(({ name, reason }) => (
          <List.Item key={`${name} ${reason}`}>
            <Text component="span" fw={600}>
              <bdi>{name}</bdi>
            </Text>
            : {reason}
          </List.Item>
        ))}
      </List>
    );
  }
  if (group === 'updated') {
    return (
      <Stack>
        {report.changes.slice(0, 20).map(({ name, before, after }) => (
          <div key={name}>
            <Text fw={600} size="sm">
              <bdi>{name}</bdi>
            </Text>
            <Compare
              before={before}
              after={after}
              language={name.split('.').at(-1) ?? 'en'}
              titles={[t('knowledge:compare.before'), t('knowledge:transfer.updated')]}
            />
          </div>
        ))}
        <Text size="sm">{report.updated.slice(0, most).join(', ')}</Text>
      </Stack>
    );
  }
  return (
    <Text size="sm">
      <bdi>{report[group].slice(0, most).join(', ')}</bdi>
    </Text>
  );
}

const most = 300;
const colors = { created: 'teal', updated: 'yellow', unchanged: 'gray', refused: 'red' };
