import { Badge, Blockquote, Group, Paper, Stack, Text } from '@mantine/core';
import { useWords } from '../../core/ui/words.tsx';
import type { Card } from '../card.ts';

/** What the agent must know first. `full` adds the customer and the page for the side column. */
export function CardView({ card, full = false }: { card: Card; full?: boolean }) {
  const { t, language } = useWords();
  const empty = !card.reason && card.orders.length === 0 && card.actions.length === 0;
  if (empty && !full) return null;
  return (
    <Paper withBorder p="md" mb="md" data-testid={full ? 'card-full' : 'card'}>
      <Stack gap="xs">
        {card.reason && (
          <Group gap="xs">
            <Badge
              tt="none"
              color={
                card.reason === 'anger' ||
                card.reason === 'safety' ||
                card.reason === 'legal' ||
                card.reason === 'fraud'
                  ? 'red'
                  : 'yellow'
              }
              variant="light"
            >
              {t(`desk:reason.${card.reason}`)}
            </Badge>
          </Group>
        )}
        {card.sentence && !full && (
          <Blockquote p="xs" iconSize={0} dir="auto">
            {card.sentence}
          </Blockquote>
        )}
        {card.orders.map((order) => (
          <div key={order.number}>
            <Group gap="xs">
              <Text fw={600}>
                <bdi>{order.number}</bdi>
              </Text>
              <Text size="sm" c="dimmed">
                {[order.status, order.placedAt].filter(Boolean).join(' · ')}
              </Text>
            </Group>
            {!order.proven && (
              <Text size="sm" className="waiting-text">
                {t('desk:card.notProven')}
              </Text>
            )}
            {order.lines.map((line) => (
              <Text size="sm" key={line} className="parcel-line">
                {line}
              </Text>
            ))}
            {full &&
              order.items.map((item) => (
                <Text size="sm" c="dimmed" key={item}>
                  {item}
                </Text>
              ))}
          </div>
        ))}
        {card.actions.map((action) => (
          <Text size="sm" key={`${action.orderId}${action.kind}`}>
            {t(`desk:action.${action.state}`, { kind: t(`desk:action.kind.${action.kind}`) })}
          </Text>
        ))}
        {full && (
          <>
            <Text fw={600} mt="xs">
              {t('desk:card.customer')}
            </Text>
            <Text size="sm">
              {card.customer.name ?? t('desk:visitor')} ·{' '}
              {t(card.customer.identified ? 'desk:card.identified' : 'desk:card.unknown')}
            </Text>
            <Text size="sm" c="dimmed">
              {[
                new Intl.DisplayNames(language, { type: 'language' }).of(card.customer.language),
                card.customer.market && new Intl.DisplayNames(language, { type: 'region' }).of(card.customer.market),
                card.customer.timeZone,
              ]
                .filter(Boolean)
                .join(' · ')}
            </Text>
            {card.customer.earlier > 0 && (
              <Text size="sm" c="dimmed">
                {t('desk:card.earlier', { count: card.customer.earlier })}
              </Text>
            )}
            {Object.entries(card.context).map(([name, value]) => (
              <Text size="sm" c="dimmed" key={name}>
                {t(`desk:context.${name}`)}: {String(value)}
              </Text>
            ))}
          </>
        )}
      </Stack>
    </Paper>
  );
}
