import { Badge, Card, Group, List, Stack, Text } from '@mantine/core';
import type { Block, Span } from '../blocks.ts';

/** A message's blocks as elements; text is never taken for HTML. Links are shown with their address, not followed blindly. */
export function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return (
    <Stack gap={6}>
      {blocks.map((block, i) => (
        <BlockView key={i} block={block} />
      ))}
    </Stack>
  );
}

function BlockView({ block }: { block: Block }) {
  if (block.type === 'text') {
    return (
      <Text component="p" m={0} dir="auto" className="message-text">
        <Spans spans={block.spans} />
      </Text>
    );
  }
  if (block.type === 'list') {
    return (
      <List type={block.ordered ? 'ordered' : 'unordered'} dir="auto">
        {block.items.map((item, i) => (
          <List.Item key={i}>
            <Spans spans={item} />
          </List.Item>
        ))}
      </List>
    );
  }
  if (block.type === 'choices') {
    return (
      <Group gap={6}>
        {block.choices.map((choice) => (
          <Badge key={choice.payload} variant="outline" tt="none" size="lg">
            {choice.label}
          </Badge>
        ))}
      </Group>
    );
  }
  if (block.type === 'articleCard') return <Text size="sm">↗ {block.title}</Text>;
  if (block.type === 'status') return null;
  if (block.type === 'image') {
    const shown = Math.min(1, 260 / Math.max(block.width, block.height));
    return (
      <a href={`/files/${block.key}`} target="_blank" rel="noopener noreferrer">
        <img
          src={`/files/${block.key}`}
          alt={block.name}
          width={Math.round(block.width * shown)}
          height={Math.round(block.height * shown)}
          loading="lazy"
          className="photo"
        />
      </a>
    );
  }
  return (
    <Card withBorder padding="xs">
      <Group justify="space-between">
        <Text fw={600}>
          <bdi>{block.number}</bdi>
        </Text>
        <Badge tt="none">{block.statusLabel}</Badge>
      </Group>
      {block.parcels.map((parcel) => (
        <Text size="sm" key={parcel.label}>
          {[parcel.label, parcel.statusLabel, parcel.carrier, parcel.estimate].filter(Boolean).join(' · ')}
        </Text>
      ))}
    </Card>
  );
}

function Spans({ spans }: { spans: readonly Span[] }) {
  return spans.map((span, i) => {
    const text = span.strong ? <strong>{span.text}</strong> : span.em ? <em>{span.text}</em> : span.text;
    return span.link ? (
      <a key={i} href={span.link} target="_blank" rel="noopener noreferrer">
        {text}
      </a>
    ) : (
      <span key={i}>{text}</span>
    );
  });
}
