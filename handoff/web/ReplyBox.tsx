import { Box, Button, Group, SegmentedControl, Text, Textarea } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useRef, useState } from 'react';
import { ApiError, api } from '../../core/ui/api.ts';
import { useWords } from '../../core/ui/words.tsx';

/** Where an agent writes. The draft is kept per conversation, also when the conversation is lost meanwhile. */
export function ReplyBox({
  id,
  mine,
  ownerVersion,
  onProblem,
}: {
  id: string;
  mine: boolean;
  ownerVersion: number;
  onProblem(failure: unknown): void;
}) {
  const { t } = useWords();
  const [kind, setKind] = useState<'reply' | 'note'>('reply');
  const [text, setText] = useState(() => read(id));
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  // Repeating after a broken connection must not make a second message.
  const clientId = useRef(crypto.randomUUID());
  const writing = mine ? kind : 'note';
  useHotkeys([['r', () => box.current?.focus()]]);

  function keep(value: string) {
    setText(value);
    try {
      localStorage.setItem(`draft.${id}`, value);
    } catch {
      // Without storage the draft lives as long as the page.
    }
  }

  async function send() {
    if (text.trim() === '' || busy) return;
    setBusy(true);
    onProblem(undefined);
    try {
      await api('POST', `/desk/conversations/${id}/${writing}`, {
        text,
        clientId: clientId.current,
        ...(writing === 'reply' ? { ownerVersion } : {}),
      });
      clientId.current = crypto.randomUUID();
      keep('');
    } catch (failure) {
      if (failure instanceof ApiError && failure.code !== 'offline') clientId.current = crypto.randomUUID();
      onProblem(failure);
    } finally {
      setBusy(false);
      box.current?.focus();
    }
  }

  return (
    <Box p="sm" className="reply-box">
      <Group justify="space-between" mb={6}>
        <SegmentedControl
          size="xs"
          value={writing}
          onChange={(value) => setKind(value === 'note' ? 'note' : 'reply')}
          data={[
            { value: 'reply', label: t('desk:reply.reply'), disabled: !mine },
            { value: 'note', label: t('desk:reply.note') },
          ]}
        />
        <Text size="xs" c="dimmed">
          {t(mine ? 'desk:reply.hint' : 'desk:reply.notMine')}
        </Text>
      </Group>
      <Group align="flex-end" wrap="nowrap">
        <Textarea
          ref={box}
          flex={1}
          autosize
          minRows={2}
          maxRows={8}
          dir="auto"
          aria-label={t(writing === 'note' ? 'desk:reply.notePlaceholder' : 'desk:reply.placeholder')}
          placeholder={t(writing === 'note' ? 'desk:reply.notePlaceholder' : 'desk:reply.placeholder')}
          value={text}
          onChange={(event) => keep(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send();
          }}
          data-testid="reply"
        />
        <Button onClick={() => void send()} loading={busy} disabled={text.trim() === ''} data-testid="send">
          {t(writing === 'note' ? 'desk:reply.saveNote' : 'desk:reply.send')}
        </Button>
      </Group>
    </Box>
  );
}

function read(id: string): string {
  try {
    return localStorage.getItem(`draft.${id}`) ?? '';
  } catch {
    return '';
  }
}
