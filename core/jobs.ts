import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { Log } from './log.ts';

/** Runs timed jobs once over all processes; pg-boss keeps its tables in our schema. */
export async function createJobs({ pool, schema, log, jobs }: JobParts): Promise<{ stop(): Promise<void> }> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema,
    createSchema: false,
    // Our jobs run every few minutes: looking more often only wakes the database.
    maintenanceIntervalSeconds: 600,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'a timed job waits for the database'));
  await boss.start();
  for (const [name, job] of Object.entries(jobs)) {
    await boss.createQueue(name, { policy: 'singleton', retryLimit: 2, expireInSeconds: 300 });
    await boss.schedule(name, `*/${job.everyMinutes} * * * *`);
    await boss.work(name, { pollingIntervalSeconds: 30, batchSize: 1 }, async () => {
      await job.run();
    });
  }
  return { stop: () => boss.stop({ graceful: true, timeout: 5000 }) };
}

type JobParts = {
  pool: pg.Pool;
  schema: string;
  log: Log;
  /** By name; `everyMinutes` is a divisor of 60. */
  jobs: Record<string, { everyMinutes: number; run(): Promise<unknown> }>;
};
