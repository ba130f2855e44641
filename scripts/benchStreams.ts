import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEvents } from '../bot/web/sse.ts';

const root = join(import.meta.dirname, '..');
const json = { 'Content-Type': 'application/json' };

/**
 * A thousand customers with open streams hear an agent; then 300 messages a second for a minute go to a thousand
 * conversations. Returns lines of name, value and goal.
 */
export async function benchStreams({ base, environment, rss, seconds = 60 }: StreamBench): Promise<Row[]> {
  const rows: Row[] = [];
  const cookie = await agentCookie(base, environment);
  const call = (path: string, body: unknown) =>
    fetch(`${base}/staff/api/desk${path}`, {
      method: 'POST',
      headers: { ...json, Cookie: cookie, Origin: base },
      body: JSON.stringify(body),
    });

  const heard = new Map<string, (at: number) => void>();
  const stop = new AbortController();
  const visitors = await inBatches(1000, 20, async () => {
    const visitor = await enter(base);
    const stream = await fetch(`${base}/channels/web/stream?after=0`, {
      headers: visitor.headers,
      signal: stop.signal,
    });
    void readEvents(stream, (event, data) => {
      const { clientId } = data as { clientId?: string };
      if (event === 'message' && clientId) heard.get(clientId)?.(performance.now());
    }).catch(() => undefined);
    return visitor;
  });
  await inBatches(visitors.length, 10, async (i) => {
    const response = await call(`/conversations/${visitors[i]?.conversationId}/takeover`, { ownerVersion: 0 });
    if (!response.ok) throw new Error(`takeover ${response.status}`);
  });
  await sleep(1000);
  const times: number[] = [];
  const replies: Promise<void>[] = [];
  for (let i = 0; i < 600; i += 1) {
    const visitor = visitors[(i * 7) % visitors.length];
    const clientId = randomBytes(8).toString('hex');
    const posted = performance.now();
    replies.push(
      new Promise<void>((resolve) => {
        heard.set(clientId, (at) => {
          times.push(at - posted);
          resolve();
        });
        setTimeout(resolve, 10_000);
      }),
    );
    void call(`/conversations/${visitor?.conversationId}/reply`, {
      text: 'I am looking into it.',
      clientId,
      ownerVersion: 1,
    });
    await sleep(25);
  }
  await Promise.all(replies);
  rows.push(['agent → customer at 1,000 open streams, p50', `${at(times, 0.5)} ms`, '≤ 50 ms']);
  rows.push(['… p99', `${at(times, 0.99)} ms`, '≤ 250 ms']);
  rows.push(['… replies, heard', `600, ${times.length}`, 'all']);
  rows.push(['… application (Node process)', `${rss()} MB`, '≤ 500 MB']);
  stop.abort();
  await sleep(1000);

  const asking = await inBatches(1000, 20, () => enter(base));
  const acknowledged: number[] = [];
  const posts: Promise<void>[] = [];
  const refused = new Map<number, number>();
  const started = performance.now();
  for (let sent = 0; sent < 300 * seconds; ) {
    const due = Math.floor(((performance.now() - started) / 1000) * 300);
    for (; sent < Math.min(due, 300 * seconds); sent += 1) {
      const visitor = asking[sent % asking.length];
      const posted = performance.now();
      posts.push(
        fetch(`${base}/channels/web/messages`, {
          method: 'POST',
          headers: visitor?.headers ?? {},
          body: JSON.stringify({ clientId: randomBytes(8).toString('hex'), text: questions[sent % questions.length] }),
        }).then(async (response) => {
          await response.arrayBuffer();
          if (response.ok) acknowledged.push(performance.now() - posted);
          else refused.set(response.status, (refused.get(response.status) ?? 0) + 1);
        }),
      );
    }
    await sleep(3);
  }
  await Promise.all(posts);
  const ended = performance.now();
  let unanswered = asking.length;
  while (unanswered > 0 && performance.now() - ended < 120_000) {
    unanswered = 0;
    for (const visitor of asking) {
      const response = await fetch(`${base}/channels/web/messages?after=100000`, { headers: visitor.headers });
      const { state } = (await response.json()) as { state: { typing: boolean } };
      if (state.typing) {
        unanswered += 1;
        break;
      }
    }
    await sleep(250);
  }
  rows.push([`300 messages a second for ${seconds} s, acknowledged, p50`, `${at(acknowledged, 0.5)} ms`, '']);
  rows.push(['… p99', `${at(acknowledged, 0.99)} ms`, '≤ 250 ms']);
  const refusals = [...refused].map(([status, count]) => `${count} × ${status}`).join(', ') || '0';
  rows.push(['… acknowledged, refused', `${acknowledged.length}, ${refusals}`, `${300 * seconds}, 0`]);
  rows.push(['… all answered after the last one', `${((performance.now() - ended) / 1000).toFixed(1)} s`, '≤ 60 s']);
  rows.push(['… application (Node process)', `${rss()} MB`, '']);
  return rows;
}

type Row = [string, string, string];
type StreamBench = { base: string; environment: Record<string, string>; rss(): string; seconds?: number };

const questions = [
  'How much is shipping to the UK?',
  'How long does delivery take?',
  'What is your return policy?',
  'Which payment methods do you accept?',
  'Do I have to pay customs?',
  'When do I get my money back?',
  'Do you deliver to Brazil?',
];

async function enter(base: string): Promise<{ conversationId: string; headers: Record<string, string> }> {
  const response = await fetch(`${base}/channels/web/token`, {
    method: 'POST',
    headers: json,
    body: '{"language":"en"}',
  });
  if (!response.ok) throw new Error(`a visitor was refused: ${response.status} ${await response.text()}`);
  const { token, conversationId } = (await response.json()) as { token: string; conversationId: string };
  return { conversationId, headers: { ...json, Authorization: `Bearer ${token}` } };
}

// Signs in through a one-time link, as a new colleague would.
async function agentCookie(base: string, environment: Record<string, string>): Promise<string> {
  const printed = execFileSync(
    join(root, 'node_modules/.bin/node'),
    [join(root, 'scripts/staffReset.ts'), 'admin@example.com'],
    { cwd: root, env: { ...process.env, ...environment }, encoding: 'utf8' },
  );
  const token = /#([\w-]+)/.exec(printed)?.[1];
  const response = await fetch(`${base}/staff/api/link`, {
    method: 'POST',
    headers: { ...json, Origin: base },
    body: JSON.stringify({ token, password: 'a good password', name: 'Mei' }),
  });
  if (!response.ok) throw new Error(`sign-in ${response.status}`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function inBatches<T>(count: number, size: number, run: (i: number) => Promise<T>): Promise<T[]> {
  const out: T[] = [];
  for (let i = 0; i < count; i += size)
    out.push(...(await Promise.all(Array.from({ length: Math.min(size, count - i) }, (_, k) => run(i + k)))));
  return out;
}

function at(times: number[], share: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
}
