import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import type { Limits } from '../core/limits.ts';
import type { Log } from '../core/log.ts';
import { emailKey, numberKey, postcodeKey } from './keys.ts';
import type { Order, OrderReader } from './types.ts';

/**
 * Decides what a conversation may see. The coarse rung takes an order number with the e-mail address or postcode on file;
 * an unknown number and a wrong proof take the same queries and the same counters, so that nobody learns which it was.
 */
export function createIdentity({ db, orders, limits, log }: IdentityParts): Identity {
  return {
    async prove({ conversationId, address, number, proof }) {
      if (await blocked(conversationId, address)) return { ok: false, blocked: true };
      const order = await orders.findOrder(number);
      const customer = await orders.customer(order?.customer_id ?? '');
      if (matches(order ?? nobody, customer?.email, proof) && order) {
        await remember(conversationId, order.id);
        return { ok: true, order };
      }
      await countFailure(conversationId, address, number);
      return { ok: false, blocked: await blocked(conversationId, address) };
    },

    async rungFor({ conversationId, customerId, order }) {
      if (customerId !== null && order.customer_id === customerId) return 'full';
      const proof = await db
        .updateTable('proof')
        .set({ used_at: sql<Date>`now()` })
        .where('conversation_id', '=', conversationId)
        .where('order_id', '=', order.id)
        .where('used_at', '>', sql<Date>`now() - ${limits.IDENTIFIED_IDLE_MINUTES} * interval '1 minute'`)
        .returning('rung')
        .executeTakeFirst();
      return proof ? 'coarse' : 'none';
    },

    async provenOrders(conversationId) {
      const rows = await db
        .selectFrom('proof')
        .select('order_id')
        .where('conversation_id', '=', conversationId)
        .where('used_at', '>', sql<Date>`now() - ${limits.IDENTIFIED_IDLE_MINUTES} * interval '1 minute'`)
        .orderBy('used_at', 'desc')
        .execute();
      const found = await Promise.all(rows.map((row) => orders.orderById(row.order_id)));
      return found.filter((order) => order !== undefined);
    },

    blocked,
  };

  async function remember(conversationId: string, orderId: string) {
    await db
      .insertInto('proof')
      .values({ conversation_id: conversationId, order_id: orderId, rung: 'coarse' })
      .onConflict((conflict) =>
        conflict.columns(['conversation_id', 'order_id']).doUpdateSet({ used_at: sql<Date>`now()` }),
      )
      .execute();
  }

  async function countFailure(conversationId: string, address: string | null, number: string) {
    await db
      .insertInto('proof_failure')
      .values({ conversation_id: conversationId, address: address ?? '', number_key: numberKey(number).slice(0, 64) })
      .execute();
  }

  // Overall: whoever guesses from many addresses at once closes the rung for everyone for an hour after the 50th failure.
  async function blocked(conversationId: string, address: string | null): Promise<boolean> {
    const { rows } = await sql<{ here: number; there: number; overall: boolean }>`
      select (select count(*)::int from proof_failure where conversation_id = ${conversationId} and created_at > now() - interval '1 hour') as here,
        (select count(*)::int from proof_failure where address = ${address ?? ''} and address <> '' and created_at > now() - interval '1 hour') as there,
        exists (select 1 from (
            select created_at - lag(created_at, ${Math.round(limits.LIMIT_PROOFS_OVERALL_10_MINUTES) - 1}) over (order by created_at) as span, created_at
            from proof_failure where created_at > now() - interval '70 minutes') window_of_failures
          where span <= interval '10 minutes' and created_at > now() - interval '1 hour') as overall`.execute(db);
    const row = rows[0];
    if (row?.overall)
      log.error(
        { alert: 'proof_failures' },
        'many wrong proofs of identity: order numbers with postcodes are off for an hour',
      );
    return (
      row === undefined ||
      row.overall ||
      row.here >= limits.LIMIT_PROOFS_PER_CONVERSATION ||
      row.there >= limits.LIMIT_PROOFS_PER_ADDRESS_HOUR
    );
  }
}

/** `none`: nothing; `coarse`: stages, carrier and country of each parcel; `full`: the whole order. */
export type Rung = 'none' | 'coarse' | 'full';

export type Proof = { email: string } | { postcode: string };

/** Proofs of identity and what they allow. */
export type Identity = {
  /** Tries number and proof as typed. `blocked`: the coarse rung is off here for an hour. */
  prove(attempt: {
    conversationId: string;
    address: string | null;
    number: string;
    proof: Proof;
  }): Promise<{ ok: true; order: Order } | { ok: false; blocked: boolean }>;
  /** What the conversation may see of this order now; asking keeps a proof alive. */
  rungFor(question: { conversationId: string; customerId: string | null; order: Order }): Promise<Rung>;
  /** Orders that were proven here and may still be seen, the last one first. */
  provenOrders(conversationId: string): Promise<Order[]>;
  blocked(conversationId: string, address: string | null): Promise<boolean>;
};

type IdentityParts = {
  db: Kysely<CoreTables>;
  orders: Pick<OrderReader, 'findOrder' | 'orderById' | 'customer'>;
  limits: Limits;
  log: Log;
};

// Stands in for an unknown order, so that the comparison below runs all the same.
const nobody = { email: '\u0000', shipping_address: { postcode: '\u0000', country: 'XX' } };

function matches(
  order: Pick<Order, 'email'> & {
    shipping_address: { postcode: string; country: string };
    billing_address?: Order['billing_address'];
  },
  customerEmail: string | undefined,
  proof: Proof,
): boolean {
  if ('email' in proof) {
    const given = emailKey(proof.email);
    return (
      given !== '' && [order.email, customerEmail].some((email) => email !== undefined && emailKey(email) === given)
    );
  }
  const addresses = [order.shipping_address, order.billing_address].filter((address) => address !== undefined);
  return addresses.some((address) => {
    const given = postcodeKey(proof.postcode, address.country);
    return given !== '' && postcodeKey(address.postcode, address.country) === given;
  });
}
