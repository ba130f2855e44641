import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createUnderstanding } from '../bot/understanding/understanding.ts';
import { readEvents } from '../bot/web/sse.ts';
import { loadConcepts } from '../core/language/concepts.ts';
import { createTokeniser } from '../core/language/tokenise.ts';
import { readArticlesAt } from '../knowledge/readFolder.ts';
import { createSearch } from '../knowledge/search.ts';
import { freePort } from '../test/support/freePort.ts';
import { endProcess, startProcess } from '../test/support/process.ts';
import { benchSearch } from './benchSearch.ts';
import { benchStreams } from './benchStreams.ts';

// Times on this machine, each with its goal; load goes to this machine only.
const root = join(import.meta.dirname, '..');
const data = mkdtempSync(join(tmpdir(), 'anshin-bench-'));
const port = String(await freePort());
const base = `http://127.0.0.1:${port}`;
const environment = {
  PORT: port,
  ANSHIN_DATA: data,
  LIMIT_TOKENS_PER_MINUTE: '100000',
  LIMIT_MESSAGES_PER_MINUTE: '100000',
  LIMIT_MESSAGES_AT_ONCE: '100000',
};
const rows: [string, string, string][] = [];
// Different enough that nobody asks the same for the third time, which would be a case for a person.
const questions = [
  'How much is shipping to the UK?',
  'How long does delivery take?',
  'thanks',
  'What is your return policy?',
  'Which payment methods do you accept?',
  'Do I have to pay customs?',
  'hello',
  'When do I get my money back?',
  'Do you deliver to Brazil?',
];

// Whatever happens below, nothing is left running.
process.on('exit', () => app?.kill('SIGTERM'));
const first = performance.now();
let app = await startProcess(environment);
rows.push(['ready, first start (database and demo made)', `${seconds(performance.now() - first)} s`, '≤ 15 s']);
await endProcess(app, 'SIGTERM');
const again = performance.now();
app = await startProcess(environment);
rows.push(['ready, later start', `${seconds(performance.now() - again)} s`, '≤ 3 s']);
await sleep(2000);
rows.push(['application at rest (Node process)', `${rss(app.pid)} MB`, '≤ 300 MB']);

const turns = await openLoop(50, 30_000, 2000);
rows.push(['post → reply on the stream, 50 conversations, p50', `${turns.p50.toFixed(1)} ms`, '≤ 30 ms']);
rows.push(['… p99', `${turns.p99.toFixed(1)} ms`, '≤ 150 ms']);
rows.push(['… messages, answered', `${turns.sent}, ${turns.answered}`, 'all']);
const echo = await botbuilderEcho();
const alone = await openLoop(1, 4000, 40);
rows.push(['one conversation alone, p50', `${alone.p50.toFixed(1)} ms`, '']);
rows.push(['a bare botbuilder echo turn over HTTP, p50', `${echo.toFixed(1)} ms`, '']);
rows.push(['… ratio of the two', (alone.p50 / echo).toFixed(1), '']);
rows.push(['application after the load', `${rss(app.pid)} MB`, '']);
rows.push(...(await benchStreams({ base, environment, rss: () => String(rss(app.pid)) })));
await endProcess(app, 'SIGTERM');
rmSync(data, { recursive: true, force: true });

const lexicon = loadConcepts();
const understand = createUnderstanding({ lexicon });
const texts = [
  'Where is my order HH-24817?',
  'Wie lange kann ich das zurückgeben?',
  '我的快递到哪了',
  'la lámpara llegó rota',
  'أين طلبي',
];
const understanding = percentiles(repeat(2000, (i) => void understand(texts[i % texts.length] ?? '')));
rows.push([
  'understanding one message, p50 / p99',
  `${understanding.p50.toFixed(2)} / ${understanding.p99.toFixed(2)} ms`,
  '≤ 1 / 5 ms',
]);
const search = createSearch({ tokenise: createTokeniser(lexicon) });
search.replace(
  readArticlesAt(join(root, 'scripts/demo/articles'))
    .map((file) => file.read())
    .map(({ content, ...article }) => ({ ...article, ...content })),
  {},
);
const searching = percentiles(
  repeat(1000, (i) => void search.search({ text: texts[i % texts.length] ?? '', language: 'en' })),
);
rows.push([
  `search over ${search.size} passages, p50 / p99`,
  `${searching.p50.toFixed(2)} / ${searching.p99.toFixed(2)} ms`,
  '',
]);
rows.push(...benchSearch());
rows.push(['loader, gzip', `${kilobytes('dist/widget.js')} KB`, '≤ 3 KB']);
rows.push(['chat, gzip', `${kilobytes('dist/chat/chat.js')} KB`, '≤ 30 KB']);

const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value, goal] of rows) process.stdout.write(`${name.padEnd(width)}  ${value.padStart(16)}  ${goal}\n`);

// Open loop: messages go out at their time whether or not the last one was answered.
async function openLoop(conversations: number, ms: number, everyMs: number) {
  const times: number[] = [];
  let sent = 0;
  await Promise.all(
    Array.from({ length: conversations }, async (_, i) => {
      const entered = (await (
        await fetch(`${base}/channels/web/token`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{"language":"en"}',
        })
      ).json()) as { token: string };
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${entered.token}` };
      const stop = new AbortController();
      const waiting = new Map<number, number>();
      const early = new Map<number, number>();
      const stream = await fetch(`${base}/channels/web/stream?after=0`, { headers, signal: stop.signal });
      const reading = readEvents(stream, (event, payload) => {
        const message = payload as { from: string; replyTo?: number };
        if (event !== 'message' || message.from !== 'bot' || message.replyTo === undefined) return;
        const posted = waiting.get(message.replyTo);
        if (posted === undefined) {
          if (!early.has(message.replyTo)) early.set(message.replyTo, performance.now());
          return;
        }
        waiting.delete(message.replyTo);
        times.push(performance.now() - posted);
      }).catch(() => undefined);
      await sleep((everyMs / conversations) * i);
      const posts: Promise<void>[] = [];
      let asked = 0;
      for (const end = performance.now() + ms; performance.now() < end; await sleep(everyMs)) {
        const posted = performance.now();
        sent += 1;
        asked += 1;
        posts.push(
          fetch(`${base}/channels/web/messages`, {
            method: 'POST',
            headers,
            body: JSON.stringify({
              clientId: randomBytes(8).toString('hex'),
              text: questions[(i + asked) % questions.length],
            }),
          }).then(async (response) => {
            const { seq } = (await response.json()) as { seq: number };
            const seen = early.get(seq);
            if (seen !== undefined) times.push(seen - posted);
            else waiting.set(seq, posted);
          }),
        );
      }
      await Promise.all(posts);
      await sleep(1000);
      stop.abort();
      await reading;
    }),
  );
  return { ...percentiles(times), sent, answered: times.length };
}

// What the cheapest turn of a well-known framework costs on this machine, over HTTP as well.
async function botbuilderEcho(): Promise<number> {
  const { ActivityHandler, TestAdapter } = await import('botbuilder');
  class Echo extends ActivityHandler {
    constructor() {
      super();
      this.onMessage(async (context, next) => {
        await context.sendActivity(`echo ${context.activity.text}`);
        await next();
      });
    }
  }
  const bot = new Echo();
  const adapter = new TestAdapter((context) => bot.run(context));
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      void adapter.send('hello').then(() => response.end('{}'));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const echoPort = typeof address === 'object' && address ? address.port : 0;
  const times: number[] = [];
  for (let i = 0; i < 100; i += 1) {
    const started = performance.now();
    await (await fetch(`http://127.0.0.1:${echoPort}`, { method: 'POST', body: '{}' })).text();
    times.push(performance.now() - started);
  }
  server.close();
  server.closeAllConnections();
  return percentiles(times.slice(20)).p50;
}

function repeat(count: number, run: (i: number) => void): number[] {
  return Array.from({ length: count }, (_, i) => {
    const started = performance.now();
    run(i);
    return performance.now() - started;
  }).slice(Math.floor(count / 10));
}

function percentiles(times: number[]): { p50: number; p99: number } {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    p50: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  };
}

function rss(pid: number | undefined): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
}

function kilobytes(file: string): string {
  return (gzipSync(readFileSync(join(root, file))).length / 1024).toFixed(1);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
