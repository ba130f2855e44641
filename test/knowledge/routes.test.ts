import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StaffMember, staffMember, startApp, type TestApp } from '../support/app.ts';
import { zipOf } from '../support/archives.ts';

let app: TestApp;
let edda: StaffMember;
let kim: StaffMember;
beforeAll(async () => {
  app = await startApp();
  edda = await staffMember(app, ['editor'], 'Edda');
  kim = await staffMember(app, ['editor'], 'Kim');
});
afterAll(() => app.stop());

const markdown = (title: string, body = 'Text.') => Buffer.from(`---\ntitle: ${title}\n---\n\n${body}\n`);

async function upload(who: StaffMember, name: string, content: Buffer, query = '') {
  const response = await fetch(`${app.base}/staff/api/knowledge/-/import?name=${encodeURIComponent(name)}${query}`, {
    method: 'POST',
    headers: { Cookie: who.cookie, Origin: app.base, 'Content-Type': 'application/octet-stream' },
    body: new Uint8Array(content),
  });
  return { status: response.status, body: await response.json() };
}

async function json(who: StaffMember, method: string, path: string, body?: unknown) {
  const response = await who.call(method, `/knowledge${path}`, body);
  return { status: response.status, body: await response.json() };
}

test('a file that cannot be opened is an answer, not a failure; one too large is stopped', async () => {
  const broken = await upload(edda, 'x.zip', Buffer.from('no zip'));
  expect(broken).toMatchObject({
    status: 200,
    body: { created: [], refused: [{ name: 'x.zip', reason: expect.any(String) }] },
  });
  expect((await upload(edda, 'x.exe', Buffer.from('MZ'))).body.refused).toHaveLength(1);
  expect((await upload(edda, 'x.zip', Buffer.alloc(13_000_000))).status).toBe(413);
});

test('what one editor saved meanwhile is told to the other, by name', async () => {
  await json(edda, 'POST', '', { slug: 'wrap', sourceLanguage: 'en' });
  const save = (who: StaffMember, body: string, baseVersion: number) =>
    json(who, 'PUT', '/wrap/en', { title: 'Wrap', body, questions: [], keywords: [], baseVersion });
  await save(edda, 'linen', 0);
  const late = await save(kim, 'paper', 0);
  expect(late).toMatchObject({
    status: 409,
    body: { error: { code: 'stale', details: { by: 'Edda', version: 1, draft: { body: 'linen' } } } },
  });
  await json(edda, 'POST', '/wrap/en/publish', { baseVersion: 1 });
  await save(kim, 'paper', 1);
  await json(kim, 'POST', '/wrap/en/publish', { baseVersion: 2 });
  const back = await json(edda, 'POST', '/wrap/en/rollback', { number: 1, baseVersion: 2 });
  expect(back.body).toEqual({ number: 3, draftKept: false });
  await json(edda, 'POST', '/wrap/en/unpublish', { baseVersion: 3 });
  expect((await json(edda, 'DELETE', '/wrap')).status).toBe(200);
  expect((await json(edda, 'GET', '/wrap')).status).toBe(404);
});

test('a changed fact counts in the next answer', async () => {
  const { versions } = (await json(edda, 'GET', '/-/facts')).body;
  const facts = { ...versions[0].facts, returns: { ...versions[0].facts.returns, window_days: 77 } };
  expect((await json(edda, 'PUT', '/-/facts', { facts, baseVersion: versions[0].version })).status).toBe(200);
  expect((await json(edda, 'PUT', '/-/facts', { facts, baseVersion: versions[0].version })).status).toBe(409);
  expect((await json(edda, 'PUT', '/-/facts', { facts: { 'a b': 1 }, baseVersion: 9 })).status).toBe(400);
  let chat = '';
  for (let i = 0; i < 100 && !chat.includes('77'); i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    chat = JSON.stringify((await json(edda, 'POST', '/try', { text: 'how long can I return something' })).body.chat);
  }
  expect(chat).toContain('77 days');
});

test('trying a question shows what was understood, found and said, in the language asked for', async () => {
  const tried = (await json(edda, 'POST', '/try', { text: 'delivery', language: 'fr' })).body;
  expect(tried.language).toBe('fr');
  expect(tried.intents.length).toBeGreaterThan(0);
  expect(tried.results.length).toBeLessThanOrEqual(5);
  expect(tried.results[0]).toMatchObject({ score: expect.any(Number), blocks: expect.any(Array) });
  const silent = (await json(edda, 'POST', '/try', { text: 'zzz qqq xxx' })).body;
  expect(silent).toMatchObject({ answer: false, chat: [] });
});

test('a preview is made of text, not of markup', async () => {
  const { body } = await json(edda, 'POST', '/preview', {
    title: 'T',
    body: '<img src=x onerror=alert(1)> [x](javascript:alert(1)) **b** {{returns.window_days}}',
    language: 'en',
  });
  expect(JSON.stringify(body.blocks)).toContain('<img src=x');
  expect(JSON.stringify(body)).not.toContain('"link"');
  expect(body.chat[0].body[0].type).toBe('text');
});

test('the whole shop goes out and comes back unchanged', async () => {
  for (const format of ['markdown', 'csv', 'json']) {
    const response = await edda.call('GET', `/knowledge/-/export?format=${format}`);
    expect(response.headers.get('content-disposition')).toContain('attachment');
    const bytes = Buffer.from(await response.arrayBuffer());
    const { body } = await upload(edda, `a.${format === 'markdown' ? 'zip' : format}`, bytes);
    expect(body).toMatchObject({ created: [], updated: [], refused: [] });
    expect(body.unchanged.length).toBeGreaterThan(0);
  }
  expect((await edda.call('GET', '/knowledge/-/export?format=exe')).status).toBe(400);
});

// Last, for the first import ends the demo.
test('an upload is tried first, then applied, and refusals are told in the editor’s language', async () => {
  await kim.call('PATCH', '/me', { language: 'de' });
  const zip = zipOf([
    { name: 'lamps.en.md', content: markdown('Lamps', 'A <!-- note --> lamp.') },
    { name: 'lamps.xx.md', content: markdown('Lamps') },
  ]);
  const dry = await upload(kim, 'lamps.zip', zip);
  expect(dry.body).toMatchObject({
    created: ['lamps.en'],
    refused: [{ name: 'lamps.xx.md', reason: expect.stringContaining('Der Shop hat die Sprache xx nicht') }],
    notes: [
      { name: 'lamps.en.md', note: 'Kommentare wurden weggelassen.' },
      { name: '', note: expect.stringContaining('Demoartikel') },
    ],
  });
  expect((await upload(kim, 'x.csv', Buffer.from('slug,language,title,body\nX,en,T,x\n'))).body.refused[0].name).toBe(
    'Zeile 2',
  );
  expect((await json(kim, 'GET', '/lamps')).status).toBe(404);
  await upload(kim, 'lamps.zip', zip, '&apply=yes');
  const article = await json(edda, 'GET', '/lamps');
  expect(article.body.variants[0]).toMatchObject({ state: 'reviewed', publishedNumber: 1, changedBy: 'Kim' });
  expect(article.body.variants[0].versions[0].author).toBe('Kim');
});
