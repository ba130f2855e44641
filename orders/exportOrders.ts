import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { orderDb } from './tables.ts';

/** All records of the shop as JSON lines: customers, products, orders, each by id. Reads in pages, so that size does not matter. */
export async function* exportOrders(database: Kysely<CoreTables>): AsyncGenerator<string> {
  const db = orderDb(database);
  for (const table of ['shop_customer', 'shop_product', 'shop_order'] as const) {
    let last = '';
    for (;;) {
      const rows = await db
        .selectFrom(table)
        .select(['id', 'record'])
        .where('id', '>', last)
        .orderBy('id')
        .limit(pageSize)
        .execute();
      for (const row of rows) yield JSON.stringify(row.record);
      const end = rows.at(-1);
      if (!end || rows.length < pageSize) break;
      last = end.id;
    }
  }
}

const pageSize = 1000;
