import { Anchor, Button, FileInput, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { useWords } from '../../core/ui/words.tsx';
import { ImportReport, type Report } from './ImportReport.tsx';

/** Articles in and out: first a dry run that shows what would happen, then, when the editor says so, it happens. */
export function Transfer() {
  const { t } = useWords();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const send = useMutation({
    mutationFn: ({ file, apply }: { file: File; apply: boolean }) =>
      api<Report>(
        'POST',
        `/knowledge/-/import?name=${encodeURIComponent(file.name)}${apply ? '&apply=yes' : ''}`,
        file,
      ),
    onSuccess: (_report, { apply }) => {
      if (apply) void client.invalidateQueries();
    },
  });
  const report = send.data;
  const applied = send.variables?.apply === true;
  const work = report ? report.created.length + report.updated.length : 0;
  return (
    <Stack p="md" maw={1000}>
      <Anchor component={Link} to="/knowledge">
        {t('knowledge:back')}
      </Anchor>
      <Title order={1} size="h3">
        {t('knowledge:transfer.title')}
      </Title>
      <Paper withBorder p="md">
        <Stack>
          <Title order={2} size="h4">
            {t('knowledge:transfer.import')}
          </Title>
          <FileInput
            label={t('knowledge:transfer.file')}
            description={t('knowledge:transfer.fileHint')}
            placeholder={t('knowledge:transfer.choose')}
            leftSection={<IconUpload size={18} />}
            accept=".zip,.md,.csv,.json,.html,.htm,.docx"
            clearable
            clearButtonProps={{ 'aria-label': t('knowledge:clear') }}
            value={file}
            onChange={(chosen) => {
              setFile(chosen);
              send.reset();
              if (chosen) send.mutate({ file: chosen, apply: false });
            }}
            data-testid="import-file"
          />
          {send.isPending && (
            <Text role="status">{t(applied ? 'knowledge:transfer.applying' : 'knowledge:transfer.checking')}</Text>
          )}
          {send.isError && file && <Failure error={send.error} onRetry={() => send.mutate({ file, apply: applied })} />}
          {report && <ImportReport report={report} applied={applied} />}
          {report && !applied && file && (
            <Group>
              <Button
                disabled={work === 0}
                onClick={() => send.mutate({ file, apply: true })}
                data-testid="apply-import"
              >
                {t('knowledge:transfer.apply', { number: work })}
              </Button>
              <Text size="sm" c="dimmed">
                {t(work === 0 ? 'knowledge:transfer.nothing' : 'knowledge:transfer.applyHint')}
              </Text>
            </Group>
          )}
        </Stack>
      </Paper>
      <Paper withBorder p="md">
        <Stack>
          <Title order={2} size="h4">
            {t('knowledge:transfer.export')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('knowledge:transfer.exportHint')}
          </Text>
          <Group>
            {(['markdown', 'csv', 'json', 'html', 'docx'] as const).map((format) => (
              <Button
                key={format}
                component="a"
                href={`/staff/api/knowledge/-/export?format=${format}`}
                download
                variant="default"
                leftSection={<IconDownload size={16} />}
                data-testid={`export-${format}`}
              >
                {t(`knowledge:transfer.${format}`)}
              </Button>
            ))}
          </Group>
        </Stack>
      </Paper>
    </Stack>
  );
}
