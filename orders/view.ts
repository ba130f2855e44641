import type { Order, OrderStatus, Shipment, ShipmentStatus } from './types.ts';

/**
 * What a rung may show of an order, as codes and dates without words. Coarse: per parcel stage, carrier, date and country of
 * the last event and the estimate; full: items, cities and the end of the tracking number too.
 */
export function viewOrder(order: Order, rung: 'coarse' | 'full'): OrderView {
  const parcels = order.shipments.map((shipment, i) => parcelView(shipment, i, order.shipments.length, rung, order));
  const deliveredAt =
    order.delivered_at ??
    latest(parcels.map((parcel) => (parcel.status === 'delivered' ? parcel.last?.at : undefined)));
  return {
    id: order.id,
    number: order.number,
    rung,
    status: order.status,
    ...(order.placed_at ? { placedAt: order.placed_at } : {}),
    ...(deliveredAt ? { deliveredAt } : {}),
    country: order.shipping_address.country,
    parcels,
    ...(rung === 'full' ? { items: order.items.map((item) => ({ title: item.title, quantity: item.quantity })) } : {}),
  };
}

/** An order as far as a rung shows it. */
export type OrderView = {
  id: string;
  number: string;
  rung: 'coarse' | 'full';
  status: OrderStatus;
  placedAt?: string;
  deliveredAt?: string;
  country: string;
  parcels: ParcelView[];
  items?: { title: string; quantity: number }[];
};

/** Parcel `n` of `of`; `estimate` holds dates without a zone. */
export type ParcelView = {
  n: number;
  of: number;
  status: ShipmentStatus | 'announced';
  carrier?: string;
  last?: ParcelEvent;
  events: ParcelEvent[];
  estimate?: { from: string; to: string };
  items?: string[];
  trackingEnd?: string;
};

export type ParcelEvent = { status: ShipmentStatus; at?: string; country?: string; place?: string };

function parcelView(shipment: Shipment, index: number, of: number, rung: 'coarse' | 'full', order: Order): ParcelView {
  const events = sortByTime(shipment.events).map((event) => ({
    status: event.status,
    ...(event.at ? { at: event.at } : {}),
    ...(event.country ? { country: event.country } : {}),
    ...(rung === 'full' && event.place ? { place: event.place } : {}),
  }));
  const last = events.at(-1);
  return {
    n: index + 1,
    of,
    status: last?.status ?? 'announced',
    ...(shipment.carrier ? { carrier: shipment.carrier } : {}),
    ...(last ? { last } : {}),
    // Only the last event at the coarse rung: a history of places would tell where somebody lives.
    events: rung === 'full' ? events : last ? [last] : [],
    ...(shipment.estimated_delivery
      ? { estimate: { from: shipment.estimated_delivery.from, to: shipment.estimated_delivery.to } }
      : {}),
    ...(rung === 'full'
      ? {
          items: shipment.items
            .map((id) => order.items.find((item) => item.id === id)?.title)
            .filter((title) => title !== undefined),
          trackingEnd: shipment.tracking_number.slice(-4),
        }
      : {}),
  };
}

// Events without a time keep their place; the rest goes by time, whatever order the carrier sent them in.
function sortByTime<T extends { at?: string | undefined }>(events: readonly T[]): T[] {
  if (events.some((event) => !event.at)) return [...events];
  return [...events].sort((a, b) => Date.parse(a.at ?? '') - Date.parse(b.at ?? ''));
}

function latest(times: (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).sort((a, b) => Date.parse(b) - Date.parse(a))[0];
}
