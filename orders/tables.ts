import type { Generated, Kysely } from 'kysely';
import type { CoreTables, Json } from '../core/database/tables.ts';
import type { Customer, Order, Product } from './types.ts';

/** The embedded backend's tables (migrations/202611241020_orders.sql). */
export type OrderTables = CoreTables & {
  shop_customer: {
    id: string;
    email_key: string | null;
    record: Json<Customer>;
    demo: boolean;
    changed_at: Generated<Date>;
  };
  shop_product: { id: string; record: Json<Product>; demo: boolean; changed_at: Generated<Date> };
  shop_order: {
    id: string;
    number_key: string;
    digits_key: string;
    customer_id: string | null;
    email_key: string | null;
    placed_at: Date | null;
    record: Json<Order>;
    demo: boolean;
    changed_at: Generated<Date>;
  };
  order_write: { key: string; order_id: string; outcome: Json<Record<string, unknown>>; created_at: Generated<Date> };
};

/** The database with the order tables in sight. */
export function orderDb(db: Kysely<CoreTables>): Kysely<OrderTables> {
  return db.withTables<OrderTables>();
}
