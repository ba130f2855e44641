import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../../core/database/tables.ts';
import { installationKey } from '../../core/keys.ts';
import { type Facts, saveFacts } from '../../knowledge/facts.ts';
import { importArticles } from '../../knowledge/importArticles.ts';
import { readArticlesAt } from '../../knowledge/readFolder.ts';
import { seedDemoOrders } from './orders/seedOrders.ts';

/** Seeds the demo shop once per database; later starts find the mark and do nothing. */
export async function seedDemo(db: Kysely<CoreTables>, languages: readonly string[], now: Date): Promise<boolean> {
  const marked = await db
    .insertInto('setting')
    .values({ name: 'demo.seeded', value: JSON.stringify(now.toISOString()) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst();
  if (!marked) return false;
  try {
    await seedDemoOrders(db, now);
    await saveFacts(db, JSON.parse(readFileSync(join(import.meta.dirname, 'facts.json'), 'utf8')) as Facts, null);
    const report = await importArticles(db, readArticlesAt(join(import.meta.dirname, 'articles')), {
      languages,
      demo: true,
    });
    if (report.refused.length > 0)
      throw new Error(`demo article ${report.refused[0]?.name}: ${JSON.stringify(report.refused[0]?.reason)}`);
    await sql`update article set edited = false where demo`.execute(db);
    return true;
  } catch (error) {
    // Half a demo is none: the next start tries again.
    await db.deleteFrom('setting').where('name', '=', 'demo.seeded').execute();
    throw error;
  }
}

/** The secret that the demo shop signs its customer's tokens with, when the installation has none of its own. */
export async function demoShopSecret(db: Kysely<CoreTables>): Promise<string> {
  return Buffer.from(await installationKey(db, 'demo-shop')).toString('base64');
}
