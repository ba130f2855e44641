import type { OrderCard, ParcelCard } from '../../core/blocks.ts';
import { countryName, formatDate } from '../../core/format.ts';
import { rightToLeft } from '../../core/i18n.ts';
import type { OrderView, ParcelView } from '../../orders/view.ts';
import type { Reply } from '../reply.ts';
import type { FlowContext } from './types.ts';

/** An order in words: the fact of its most important parcel first, what follows from it, then the card with everything. */
export function describeOrder(view: OrderView, context: FlowContext): { replies: Reply[]; offerPerson: boolean } {
  const { text } = context;
  const isolated = isolate(view.number, context.language);
  // A cancelled order may keep a parcel that was never handed over: what counts is that nothing comes.
  const parcels = view.status === 'cancelled' ? [] : view.parcels;
  const telling = mostTelling(parcels);
  const sentences: string[] = [];
  if (!telling) {
    sentences.push(text(`order.${view.status}`, { number: isolated }));
    if (view.status === 'pending' || view.status === 'processing' || view.status === 'cancelled')
      sentences.push(text(`orderNext.${view.status}`));
  } else {
    sentences.push(parcelFact(telling, context));
    if (hasNext.has(telling.status)) sentences.push(text(`parcelNext.${telling.status}`));
    const estimate = estimateOf(telling, context);
    if (estimate) sentences.push(estimate);
  }
  const card: OrderCard = {
    type: 'orderCard',
    number: view.number,
    status: view.status,
    statusLabel: text(`orderLabel.${view.status}`),
    ...(view.placedAt ? { placedAt: formatDate(context.language, view.placedAt, context.zone, 'medium') } : {}),
    parcels: parcels.map((parcel) => parcelCard(parcel, context)),
  };
  const words: Reply = { language: context.language, body: [{ type: 'text', spans: [{ text: sentences.join(' ') }] }] };
  const replies = [words, { language: context.language, body: [card] } satisfies Reply];
  return { replies, offerPerson: telling !== undefined && (needsPerson.has(telling.status) || isLate(telling)) };
}

/** One parcel in a sentence or two for a colleague: the fact and the estimate, without the advice for customers. */
export function parcelLine(parcel: ParcelView, context: FlowContext): string {
  return [parcelFact(parcel, context), estimateOf(parcel, context)].filter(Boolean).join(' ');
}

/** Order numbers keep their direction inside right-to-left text (U+2068, U+2069). */
export function isolate(code: string, language: string): string {
  return rightToLeft.has(language) ? `\u2068${code}\u2069` : code;
}

/** Whether a parcel is past its estimate and not yet there. */
export function isLate(parcel: ParcelView, now: Date = new Date()): boolean {
  return (
    parcel.estimate !== undefined && !arrived.has(parcel.status) && parcel.estimate.to < now.toISOString().slice(0, 10)
  );
}

const arrived = new Set(['delivered', 'available_for_pickup', 'returned_to_sender', 'lost']);
const needsPerson = new Set(['lost', 'returned_to_sender', 'exception']);
const hasNext = new Set([
  'customs_held',
  'duties_due',
  'delivery_failed',
  'available_for_pickup',
  'returned_to_sender',
  'lost',
  'exception',
]);

// What a worried customer would want to hear first: trouble before movement, movement before arrival.
const importance = [
  'lost',
  'returned_to_sender',
  'exception',
  'customs_held',
  'duties_due',
  'delivery_failed',
  'available_for_pickup',
  'out_for_delivery',
  'import_customs',
  'export_customs',
  'in_transit',
  'picked_up',
  'label_created',
  'announced',
  'delivered',
];

function mostTelling(parcels: readonly ParcelView[]): ParcelView | undefined {
  return [...parcels].sort((a, b) => importance.indexOf(a.status) - importance.indexOf(b.status))[0];
}

function parcelFact(parcel: ParcelView, context: FlowContext): string {
  const { text, language, zone } = context;
  const place = placeOf(parcel.last, language);
  const date = parcel.last?.at ? formatDate(language, parcel.last.at, zone, 'medium') : undefined;
  const fact = text(`parcelFact.${parcel.status}`, {
    parcel: parcel.of > 1 ? text('parcel.many', { n: parcel.n, of: parcel.of }) : text('parcel.one'),
    where: place ? text('parcel.where', { place }) : '',
    since: date ? text('parcel.since', { date }) : '',
    on: date ? text('parcel.on', { date }) : '',
  });
  const moving = parcel.carrier && !['delivered', 'announced'].includes(parcel.status);
  return fact + (moving && parcel.carrier ? text('parcel.with', { carrier: parcel.carrier }) : '');
}

function estimateOf(parcel: ParcelView, { text, language }: FlowContext): string | undefined {
  if (!parcel.estimate || arrived.has(parcel.status)) return undefined;
  const [from, to] = [parcel.estimate.from, parcel.estimate.to].map((day) =>
    formatDate(language, day, 'UTC', 'medium'),
  );
  if (!from || !to) return undefined;
  if (isLate(parcel)) return text('parcel.estimatePassed', { to });
  return parcel.estimate.from === parcel.estimate.to
    ? text('parcel.estimateDay', { from })
    : text('parcel.estimate', { from, to });
}

function placeOf(event: { country?: string; place?: string } | undefined, language: string): string | undefined {
  if (!event) return undefined;
  return event.place ?? (event.country ? countryName(language, event.country) : undefined);
}

function parcelCard(parcel: ParcelView, context: FlowContext): ParcelCard {
  const { text, language, zone } = context;
  const estimate = estimateOf(parcel, context);
  return {
    label: parcel.of > 1 ? text('parcel.short', { n: parcel.n, of: parcel.of }) : text('parcel.shortOne'),
    status: parcel.status,
    statusLabel: text(`parcelLabel.${parcel.status}`),
    ...(parcel.carrier ? { carrier: parcel.carrier } : {}),
    ...(estimate ? { estimate } : {}),
    events: [...parcel.events].reverse().map((event) => {
      const place = placeOf(event, language);
      return {
        label: text(`parcelLabel.${event.status}`),
        ...(event.at ? { date: formatDate(language, event.at, zone, 'short') } : {}),
        ...(place ? { place } : {}),
      };
    }),
  };
}
