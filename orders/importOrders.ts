import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { putRecord } from './backends/embedded.ts';
import { type OrderTables, orderDb } from './tables.ts';
import { type Customer, customerSchema, type Order, orderSchema, type Product, productSchema } from './types.ts';

/**
 * Takes records as JSON Lines, in any order; a line that breaks a rule is refused with its number and the reason, the
 * others are taken. The first line ever taken removes the demo's records.
 */
export async function importOrders(
  database: Kysely<CoreTables>,
  lines: AsyncIterable<string>,
  onRefused: (line: number, reason: string) => void,
): Promise<ImportReport> {
  const db = orderDb(database);
  const report: ImportReport = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  let batch: ShopRecord[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const text = number === 1 ? line.replace(/^\ufeff/, '') : line;
    if (text.trim() === '') continue;
    const record = parseLine(text);
    if (typeof record === 'string') {
      report.refused += 1;
      onRefused(number, record);
      continue;
    }
    batch.push(record);
    if (batch.length >= batchSize) batch = await store(db, batch, report);
  }
  await store(db, batch, report);
  return report;
}

/** Deletes the demo's customers, products and orders; conversations stay. */
export async function removeDemoOrders(db: Kysely<OrderTables>): Promise<void> {
  for (const table of ['shop_order', 'shop_product', 'shop_customer'] as const)
    await db.deleteFrom(table).where('demo', '=', true).execute();
}

export type ImportReport = { created: number; updated: number; unchanged: number; refused: number };

type ShopRecord = Customer | Product | Order;

const batchSize = 500;
const maxLineCharacters = 2_000_000;
const schemas = { customer: customerSchema, product: productSchema, order: orderSchema };

// The record is kept as it was parsed and not as the schema rebuilt it, so that its keys keep their order.
function parseLine(text: string): ShopRecord | string {
  if (text.length > maxLineCharacters) return 'the line is longer than 2,000,000 characters';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not valid JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  const type = 'type' in value ? value.type : undefined;
  if (type !== 'customer' && type !== 'product' && type !== 'order') return 'type must be customer, product or order';
  const parsed = schemas[type].safeParse(value);
  if (parsed.success) return value as ShopRecord;
  return parsed.error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || type}: ${issue.message}`)
    .join('; ');
}

async function store(db: Kysely<OrderTables>, batch: ShopRecord[], report: ImportReport): Promise<ShopRecord[]> {
  if (batch.length === 0) return [];
  await db.transaction().execute(async (tx) => {
    await removeDemoOrders(tx);
    for (const record of batch) report[await putRecord(tx, record, false)] += 1;
  });
  return [];
}
