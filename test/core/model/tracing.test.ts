import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFakeModel } from '../../support/fakeModel.ts';

const root = join(import.meta.dirname, '../../..');

function understand(environment: Record<string, string>, input: string) {
  return new Promise<string>((done) => {
    const child = spawn(join(root, 'node_modules/.bin/node'), ['scripts/understand.ts', '--model', 'llm'], {
      cwd: root,
      env: { ...process.env, ...environment },
    });
    let out = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (out += chunk));
    child.on('close', () => done(out));
    child.stdin.end(input);
  });
}

test('a tracing environment gets nothing: no text leaves but to the model, none is printed', async () => {
  const fake = await startFakeModel();
  fake.always(JSON.stringify({ intents: ['praise'], emotion: 'calm', commands: [{ type: 'ask', intent: 'praise' }] }));
  let traced = 0;
  const tracer = createServer((request, response) => {
    traced += 1;
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((ready) => tracer.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(tracer.address() as AddressInfo).port}`;
  const out = await understand(
    {
      MODEL_NAME: 'small',
      MODEL_BASE_URL: fake.url,
      LANGSMITH_TRACING: 'true',
      LANGCHAIN_TRACING_V2: 'true',
      LANGSMITH_ENDPOINT: url,
      LANGSMITH_API_KEY: 'k',
      LANGCHAIN_VERBOSE: 'true',
    },
    '{"id":1,"text":"purple elephants on my doorstep"}\n',
  );
  expect(fake.requests).toHaveLength(1);
  expect(traced).toBe(0);
  expect(out).not.toContain('purple elephants');
  expect(JSON.parse(out)).toMatchObject({ id: 1, intent: 'praise' });
  tracer.close();
  await fake.stop();
});
