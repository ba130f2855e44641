import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * An OpenAI-compatible server over HTTP that does what the test scripts: answers by task, hangs, resets, refuses, floods. What
 * is not scripted is answered by `otherwise`.
 */
export async function startFakeModel(): Promise<FakeModel> {
  const requests: ModelRequest[] = [];
  const script: Answer[] = [];
  let otherwise: (request: ModelRequest) => Answer = () => ({ status: 500 });
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      if (incoming.url?.endsWith('/embeddings')) return void embed(body, response);
      const text = (role: string) =>
        String(body.messages.find((entry: { role: string }) => entry.role === role)?.content);
      const request: ModelRequest = {
        body,
        system: text('system'),
        user: text('user'),
        authorization: incoming.headers.authorization,
        task: taskOf(text('system')),
      };
      requests.push(request);
      void play(script.shift() ?? otherwise(request), response).catch(() => response.destroy());
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    next: (...answers) => void script.push(...answers),
    always(answer) {
      otherwise = typeof answer === 'function' ? answer : () => answer;
    },
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export type FakeModel = {
  url: string;
  requests: ModelRequest[];
  /** Answers for the next requests, in their order. */
  next(...answers: Answer[]): void;
  always(answer: Answer | ((request: ModelRequest) => Answer)): void;
  stop(): Promise<void>;
};

export type ModelRequest = {
  body: Record<string, unknown>;
  system: string;
  user: string;
  authorization: string | undefined;
  task: 'understand' | 'answer' | 'rerank' | 'other';
};

/** A text is one complete answer, a list its pieces; `resetAfter`: the connection breaks behind the text; `hang`: nothing ever comes. */
export type Answer =
  | string
  | string[]
  | { status: number; headers?: Record<string, string>; body?: string }
  | { hang: true }
  | {
      pieces: string[];
      waitMs?: number;
      reset?: true;
      hang?: true;
      finish?: string | null;
      hold?: () => Promise<unknown>;
    };

async function play(answer: Answer, response: ServerResponse): Promise<void> {
  if (typeof answer === 'string') return play({ pieces: [answer] }, response);
  if (Array.isArray(answer)) return play({ pieces: answer }, response);
  if ('status' in answer) {
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body ?? JSON.stringify({ error: { message: 'scripted' } }));
    return;
  }
  if (!('pieces' in answer)) return;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (choices: unknown[], more = {}) => {
    count += 1;
    response.write(
      `data: ${JSON.stringify({ id: `c${count}`, object: 'chat.completion.chunk', model: 'fake', choices, ...more })}\n\n`,
    );
  };
  for (const [i, piece] of answer.pieces.entries()) {
    if (answer.waitMs) await new Promise((resolve) => setTimeout(resolve, answer.waitMs));
    if (response.destroyed) return;
    send([{ index: 0, delta: { content: piece } }]);
    if (i === 0) await answer.hold?.();
  }
  if (answer.hang) return;
  if (answer.reset) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    response.destroy();
    return;
  }
  if (answer.finish !== null) send([{ index: 0, delta: {}, finish_reason: answer.finish ?? 'stop' }]);
  send([], { usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } });
  response.end('data: [DONE]\n\n');
}

let count = 0;

function taskOf(system: string): ModelRequest['task'] {
  if (system.startsWith('You read one message')) return 'understand';
  if (system.startsWith('You write the answer')) return 'answer';
  return system.startsWith('You judge passages') ? 'rerank' : 'other';
}

// The same text has the same vector: its letters counted by their place in the alphabet.
function embed(body: { input: string[]; encoding_format?: string; model: string }, response: ServerResponse): void {
  const data = body.input.map((text, index) => {
    const vector = new Float32Array(16);
    for (const letter of text)
      vector[(letter.codePointAt(0) ?? 0) % 16] = (vector[(letter.codePointAt(0) ?? 0) % 16] ?? 0) + 1;
    const embedding = body.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      object: 'list',
      data: data.reverse(),
      model: body.model,
      usage: { prompt_tokens: 1, total_tokens: 1 },
    }),
  );
}
