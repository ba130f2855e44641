import { Button, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../core/ui/api.ts';
import { Failure } from '../../core/ui/Failure.tsx';
import { languageLabel, useWords } from '../../core/ui/words.tsx';

/** Asks for the short name and the language that the new article is written in first. */
export function NewArticle({ opened, onClose, languages }: { opened: boolean; onClose(): void; languages: string[] }) {
  const { t, language: own } = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [slug, setSlug] = useState('');
  const [source, setSource] = useState(own);
  const make = useMutation({
    mutationFn: () => api('POST', '/knowledge', { slug, sourceLanguage: source }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['articles'] });
      void navigate(`/knowledge/${slug}/${source}`);
    },
  });
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('knowledge:close') }}
      opened={opened}
      onClose={onClose}
      title={t('knowledge:new')}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('knowledge:slug')}
            description={t('knowledge:slugRule')}
            required
            pattern="[a-z0-9]+(-[a-z0-9]+)*"
            maxLength={80}
            value={slug}
            onChange={(event) => setSlug(event.currentTarget.value)}
          />
          <Select
            label={t('knowledge:settings.source')}
            data={languages.map((tag) => ({ value: tag, label: languageLabel(tag, own) }))}
            value={source}
            onChange={(value) => setSource(value ?? own)}
            allowDeselect={false}
          />
          {make.isError && <Failure error={make.error} />}
          <Button type="submit" loading={make.isPending}>
            {t('knowledge:create')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
