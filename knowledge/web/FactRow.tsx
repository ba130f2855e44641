import { ActionIcon, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../../core/ui/words.tsx';
import { isMoney, type Leaf } from './useFacts.ts';

/** One fact: a number stays a number, a price keeps its currency. */
export function FactRow({ name, value, onChange }: FactRowProps) {
  const { t } = useWords();
  return (
    <Group gap="sm" wrap="nowrap">
      <Text flex={1} size="sm" style={{ overflowWrap: 'anywhere' }}>
        <bdi>{`{{${name}}}`}</bdi>
      </Text>
      <Value name={name} value={value} onChange={onChange} />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t('knowledge:facts.remove', { name })}
        onClick={() => onChange(undefined)}
      >
        <IconTrash size={18} />
      </ActionIcon>
    </Group>
  );
}

type FactRowProps = { name: string; value: Leaf; onChange(value: Leaf | undefined): void };

function Value({ name, value, onChange }: FactRowProps) {
  if (typeof value === 'boolean') {
    return <Checkbox aria-label={name} checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />;
  }
  if (isMoney(value)) {
    return (
      <Group gap={4} wrap="nowrap">
        <TextInput
          aria-label={name}
          dir="ltr"
          inputMode="decimal"
          pattern="-?\d{1,12}(\.\d{1,4})?"
          w={90}
          value={value.amount}
          onChange={(event) => onChange({ ...value, amount: event.currentTarget.value.replace(',', '.') })}
        />
        <TextInput
          aria-label={`${name} ISO 4217`}
          maxLength={3}
          w={66}
          value={value.currency}
          onChange={(event) => onChange({ ...value, currency: event.currentTarget.value.toUpperCase() })}
        />
      </Group>
    );
  }
  if (typeof value === 'object') return <Text size="sm">{JSON.stringify(value)}</Text>;
  return <Plain name={name} value={value} onChange={onChange} />;
}

// While it is typed, "1." is no number yet and must not become 1.
function Plain({ name, value, onChange }: { name: string; value: string | number; onChange(value: Leaf): void }) {
  const [text, setText] = useState(String(value));
  const shown = String(value) === text || Number(text.replace(',', '.')) === value ? text : String(value);
  return (
    <TextInput
      aria-label={name}
      w={160}
      dir="auto"
      value={shown}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        onChange(/^-?\d{1,12}([.,]\d{1,6})?$/.test(next) ? Number(next.replace(',', '.')) : next);
      }}
    />
  );
}
