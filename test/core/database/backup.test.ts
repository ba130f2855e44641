import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ownTables } from '../../../core/database/backup.ts';
import { databaseUrl, startApp, type TestApp, visitor } from '../../support/app.ts';

const root = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);
let app: TestApp;
const folder = mkdtempSync(join(tmpdir(), 'anshin-backup-'));
const file = join(folder, 'all.backup');

async function script(name: string, args: string[], environment: Record<string, string>) {
  try {
    const { stdout, stderr } = await run(
      join(root, 'node_modules/.bin/node'),
      [join(root, `scripts/${name}.ts`), ...args],
      {
        cwd: root,
        env: { ...process.env, ...environment },
      },
    );
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

const database = (schema: string) => ({ DATABASE_URL: databaseUrl(inject('database')), DATABASE_SCHEMA: schema });
const schemaName = () => `r_${randomBytes(5).toString('hex')}`;

// Every row of every table of ours, as text, in a fixed order.
async function contents(connection: pg.ClientConfig): Promise<Map<string, string[]>> {
  const client = new pg.Client(connection);
  await client.connect();
  const all = new Map<string, string[]>();
  for (const { name, columns } of await ownTables(client)) {
    const list = columns.map((column) => `${pg.escapeIdentifier(column)}::text`).join(', ');
    const { rows } = await client.query(
      `select row(${list})::text as line from ${pg.escapeIdentifier(name)} order by 1`,
    );
    all.set(
      name,
      rows.map((row) => row.line),
    );
  }
  await client.end();
  return all;
}

const on = (schema: string): pg.ClientConfig => ({ ...inject('database'), options: `-c search_path=${schema}` });

beforeAll(async () => {
  app = await startApp();
  const ann = await visitor(app, { language: 'en' });
  await ann.say('a line\nbreak, a \\ backslash, a \\. dot and a tab\t😀');
  const photo = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#123' } })
    .jpeg()
    .toBuffer();
  const uploaded = await fetch(`${app.base}/channels/web/photos?name=x.jpg`, {
    method: 'POST',
    headers: { Authorization: ann.headers.Authorization ?? '', 'Content-Type': 'image/jpeg' },
    body: new Uint8Array(photo),
  });
  const { id } = (await uploaded.json()) as { id: string };
  await ann.post('/messages', { clientId: 'with-photo-1', text: 'see', attachments: [id] });
  await ann.replies();
});
afterAll(() => app.stop());

test('a running installation is copied as of one moment, and the copy is the same row by row', async () => {
  const writer = await visitor(app);
  let writing = true;
  const traffic = (async () => {
    for (let i = 0; writing; i += 1)
      await writer.post('/messages', { clientId: `traffic-${i}-abcd`, text: `message ${i}` });
  })();
  const made = await script('backup', [file], database(app.schema));
  writing = false;
  await traffic;
  expect(made.stderr).toBe('');
  expect(made.code).toBe(0);
  expect(statSync(file).mode & 0o077).toBe(0);

  const schema = schemaName();
  const restored = await script('restore', [file], database(schema));
  expect(restored.stderr).toBe('');
  expect(JSON.parse(restored.stdout).rows).toBe(JSON.parse(made.stdout).rows);

  // A second copy, of a moment without traffic, is compared with the source row by row.
  await expect
    .poll(
      async () =>
        (
          await app.pool.query(
            `select (select count(*) from conversation where turn_due_at is not null)::int + (select count(*) from signal)::int as n`,
          )
        ).rows[0].n,
      { timeout: 10_000 },
    )
    .toBe(0);
  const quiet = join(folder, 'quiet.backup');
  await script('backup', [quiet], database(app.schema));
  const second = schemaName();
  await script('restore', [quiet], database(second));
  const before = await contents(on(app.schema));
  const after = await contents(on(second));
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const [table, rows] of before) expect(after.get(table), table).toEqual(rows);
  expect(before.get('attachment')).toHaveLength(1);

  // It can go on: new rows get new numbers, and its messages are those of the moment, without a gap.
  const client = new pg.Client(on(schema));
  await client.connect();
  const { rows } = await client.query(
    'select conversation_id, count(*)::int as n, max(seq) as last from message group by 1',
  );
  for (const row of rows) expect(row.n).toBe(row.last);
  await client.query(
    `insert into proof_failure (conversation_id, address, number_key) values (gen_random_uuid(), 'x', 'y')`,
  );
  await client.end();
  for (const name of [schema, second]) await app.pool.query(`drop schema ${name} cascade`);
});

test('the restored copy starts and the conversation goes on', async () => {
  const quiet = join(folder, 'quiet.backup');
  const schema = schemaName();
  await script('restore', [quiet], database(schema));
  const copy = await startApp({ DATABASE_SCHEMA: schema });
  const { rows } = await app.pool.query('select count(*)::int as n from message');
  expect((await copy.pool.query('select count(*)::int as n from message')).rows).toEqual(rows);
  const bob = await visitor(copy, { language: 'en' });
  expect(await bob.say('how long does delivery to Germany take?')).toContain('days');
  await copy.stop();
});

test('from our own server to another and back, nothing is lost', async () => {
  const own = mkdtempSync(join(tmpdir(), 'anshin-own-'));
  const embedded = { ANSHIN_DATA: own, DATABASE_URL: '' };
  const quiet = join(folder, 'quiet.backup');
  const into = await script('restore', [quiet], embedded);
  expect(into.stderr).toBe('');
  const back = join(folder, 'back.backup');
  await script('backup', [back], embedded);
  const body = (path: string) => gunzipSync(readFileSync(path)).toString().split('\n').slice(1, -2).sort();
  expect(body(back)).toEqual(body(quiet));
}, 60_000);

test('what is damaged, cut off, no backup, or not empty is refused in a line and nothing is changed', async () => {
  const quiet = join(folder, 'quiet.backup');
  const schema = schemaName();
  const bytes = readFileSync(quiet);
  const cut = join(folder, 'cut');
  writeFileSync(cut, bytes.subarray(0, bytes.length - 200));
  const none = join(folder, 'none');
  writeFileSync(none, 'hello');
  for (const path of [cut, none, join(folder, 'missing')]) {
    const refused = await script('restore', [path], database(schema));
    expect(refused.code).toBe(1);
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
  }
  expect((await contents(on(schema))).get('contact')).toEqual([]);
  const used = await script('restore', [quiet], database(app.schema));
  expect(used.code).toBe(1);
  expect(used.stderr).toContain('used already');
  expect((await script('backup', [], database(schema))).code).toBe(2);
  await app.pool.query(`drop schema ${schema} cascade`);
});
