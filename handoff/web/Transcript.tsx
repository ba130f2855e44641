import { Text } from '@mantine/core';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { DeskEventView, MessageView } from '../../core/conversations/types.ts';
import { Blocks } from '../../core/ui/Blocks.tsx';
import { useWords } from '../../core/ui/words.tsx';

/** Messages, notes and moves in the order of their time, with the card on top. */
export function Transcript({
  messages,
  events,
  card,
}: {
  messages: MessageView[];
  events: DeskEventView[];
  card: ReactNode;
}) {
  const { t, language } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lines = useMemo(
    () =>
      [
        ...messages.map((message) => ({ at: message.at, message, event: undefined })),
        ...events.map((event) => ({ at: event.at, message: undefined, event })),
      ].sort((a, b) => a.at.localeCompare(b.at)),
    [messages, events],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is the reason to scroll
  useEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length]);
  const time = new Intl.DateTimeFormat(language === 'ar' ? 'ar-u-nu-latn' : language, {
    hour: '2-digit',
    minute: '2-digit',
  });
  return (
    <div
      ref={box}
      className="desk-log"
      role="log"
      aria-label={t('desk:transcript')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      onScroll={() => {
        if (box.current)
          atEnd.current = box.current.scrollHeight - box.current.scrollTop - box.current.clientHeight < 80;
      }}
    >
      {card}
      {lines.map(({ message, event, at }) =>
        message ? (
          <div key={`m${message.seq}`} className={`message ${message.from}`} data-from={message.from}>
            <Text size="xs" c="dimmed">
              {message.from === 'customer'
                ? t('desk:from.customer')
                : (message.agent ?? t(`desk:from.${message.from}`))}{' '}
              · {time.format(new Date(at))}
            </Text>
            <Blocks blocks={message.body} />
          </div>
        ) : event.kind === 'note' ? (
          <div key={`e${event.seq}`} className="note" data-testid="note">
            <Text size="xs">
              {t('desk:note.by', { name: event.by ?? '' })} · {time.format(new Date(at))}
            </Text>
            <Text className="message-text" dir="auto">
              {String(event.data.text ?? '')}
            </Text>
          </div>
        ) : (
          <Text key={`e${event.seq}`} className="happening" c="dimmed" mb="xs">
            {t(`desk:event.${event.kind}`, { name: event.by ?? '' })} · {time.format(new Date(at))}
          </Text>
        ),
      )}
    </div>
  );
}
