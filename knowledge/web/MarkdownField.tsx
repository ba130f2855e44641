import { ActionIcon, Group, Menu, Textarea, Tooltip } from '@mantine/core';
import { IconBold, IconBraces, IconHeading, IconItalic, IconLink, IconList } from '@tabler/icons-react';
import { type KeyboardEvent, useRef } from 'react';
import { useWords } from '../../core/ui/words.tsx';

/** Markdown with buttons and keys for those who do not know it by heart, and the shop's facts to put in. */
export function MarkdownField({ label, description, value, onChange, direction, facts }: MarkdownProps) {
  const { t } = useWords();
  const box = useRef<HTMLTextAreaElement>(null);

  function edit(before: string, after = '', eachLine = false) {
    const field = box.current;
    if (!field) return;
    const { selectionStart: start, selectionEnd: end } = field;
    const chosen = value.slice(start, end);
    const text = eachLine
      ? chosen
          .split('\n')
          .map((line) => before + line)
          .join('\n')
      : before + chosen + after;
    onChange(value.slice(0, start) + text + value.slice(end));
    const from = start + before.length;
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(from, eachLine ? start + text.length : from + chosen.length);
    });
  }

  const tools = [
    { name: 'strong', icon: IconBold, key: 'b', run: () => edit('**', '**') },
    { name: 'em', icon: IconItalic, key: 'i', run: () => edit('*', '*') },
    { name: 'heading', icon: IconHeading, run: () => edit('## ', '', true) },
    { name: 'list', icon: IconList, run: () => edit('- ', '', true) },
    { name: 'link', icon: IconLink, key: 'k', run: () => edit('[', '](https://)') },
  ];
  function onKeyDown(event: KeyboardEvent) {
    const tool = tools.find((entry) => entry.key === event.key.toLowerCase());
    if (!tool || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    tool.run();
  }
  return (
    <div>
      <Textarea
        ref={box}
        label={label}
        description={description}
        dir={direction}
        autosize
        minRows={12}
        maxRows={30}
        required
        value={value}
        onKeyDown={onKeyDown}
        onChange={(event) => onChange(event.currentTarget.value)}
        data-testid="body"
      />
      <Group gap={4} mt={4}>
        {tools.map(({ name, icon: Icon, run }) => (
          <Tooltip key={name} label={t(`knowledge:keys.${name}`)}>
            <ActionIcon variant="subtle" size="lg" aria-label={t(`knowledge:keys.${name}`)} onClick={run}>
              <Icon size={18} />
            </ActionIcon>
          </Tooltip>
        ))}
        {facts.length > 0 && (
          <Menu>
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                size="lg"
                aria-label={t('knowledge:keys.fact')}
                title={t('knowledge:keys.fact')}
              >
                <IconBraces size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
              {facts.map((name) => (
                <Menu.Item key={name} onClick={() => edit(`{{${name}}}`)}>
                  <bdi>{name}</bdi>
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
    </div>
  );
}

type MarkdownProps = {
  label: string;
  description: string;
  value: string;
  onChange(value: string): void;
  direction: 'rtl' | 'ltr';
  /** Names that can stand in double braces. */
  facts: string[];
};
