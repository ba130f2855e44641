import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * An OpenAI-compatible embeddings server. Words of `meanings` that stand for the same have the same direction in every model;
 * other words have one of their own and weigh little. Each model has as many dimensions as its name says, or 16.
 */
export async function startFakeEmbeddings(meanings: readonly (readonly string[])[] = []): Promise<FakeEmbeddings> {
  const requests: FakeEmbeddings['requests'] = [];
  const script: EmbeddingsFault[] = [];
  let always: EmbeddingsFault | undefined;
  let hold: Promise<void> | undefined;
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as {
        model: string;
        input: string[];
        encoding_format?: string;
      };
      requests.push({ ...body, authorization: incoming.headers.authorization });
      const fault = script.shift() ?? always;
      if (fault === 'hang') return;
      const json = { 'content-type': 'application/json' };
      if (typeof fault === 'object')
        return void response.writeHead(fault.status, { ...json, ...fault.headers }).end('{"error":{"message":"no"}}');
      if (fault === 'garbage') return void response.writeHead(200, json).end('<html>');
      if (hold && body.input.length > 1) await hold;
      const dimensions = Number(/\d+$/.exec(body.model)?.[0] ?? 16);
      const data = body.input.map((text, index) => {
        const vector = vectorOf(text, dimensions, meanings);
        if (fault === 'nan') vector[0] = Number.NaN;
        const embedding =
          body.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
        return { object: 'embedding', index, embedding };
      });
      if (fault === 'short') data.pop();
      response.writeHead(200, json).end(
        // The order of the answers is theirs: `index` counts.
        JSON.stringify({
          object: 'list',
          model: body.model,
          data: data.reverse(),
          usage: { prompt_tokens: 1, total_tokens: 1 },
        }),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    next: (...faults) => void script.push(...faults),
    down(fault) {
      always = fault;
      script.length = 0;
    },
    holdPassages() {
      let release = () => undefined as void;
      hold = new Promise((resolve) => {
        release = () => {
          hold = undefined;
          resolve();
        };
      });
      return () => release();
    },
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export type FakeEmbeddings = {
  url: string;
  requests: { model: string; input: string[]; encoding_format?: string; authorization: string | undefined }[];
  next(...faults: EmbeddingsFault[]): void;
  /** What every request meets until it is lifted; what was scripted is forgotten. */
  down(fault: EmbeddingsFault | undefined): void;
  /** Requests of several texts wait until the returned function is called. */
  holdPassages(): () => void;
  stop(): Promise<void>;
};

/** `ok` is none: the request is answered; `short` leaves a text out, `nan` breaks a number. */
export type EmbeddingsFault =
  | 'ok'
  | 'hang'
  | 'garbage'
  | 'short'
  | 'nan'
  | { status: number; headers?: Record<string, string> };

/** The fake's vector of a text: the sum of its words' directions. */
export function vectorOf(
  text: string,
  dimensions: number,
  meanings: readonly (readonly string[])[] = [],
): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(dimensions).fill(0.01);
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    const known = meanings.find((words) => words.includes(word));
    const weight = known ? 1 : 0.1;
    const meaning = known?.[0] ?? word;
    let seed = [...meaning].reduce((sum, letter) => (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) | 0, 7);
    for (let i = 0; i < dimensions; i += 1) {
      seed = (Math.imul(seed, 1103515245) + 12345) | 0;
      vector[i] = (vector[i] ?? 0) + (weight * (seed >> 16)) / 32768;
    }
  }
  return vector;
}
