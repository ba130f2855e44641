import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Pinecone's HTTP as version 2026-07 of its interface speaks it, one index: upsert, query, fetch, delete, statistics, describe.
 * Writes show after `lagMs`; faults are scripted, one for each request to come.
 */
export async function startFakePinecone(
  options: { dimension?: number; metric?: string; lagMs?: number } = {},
): Promise<FakePinecone> {
  const settings = { dimension: 8, metric: 'dotproduct', lagMs: 0, ...options };
  const namespaces = new Map<string, Map<string, StoredRecord>>();
  const requests: FakePinecone['requests'] = [];
  const script: Fault[] = [];
  let always: Fault | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse, text: string): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const body = text ? JSON.parse(text) : {};
    requests.push({ path: url.pathname, body, at: performance.now() });
    const fault = script.shift() ?? always;
    if (fault === 'hang') return;
    if (fault === 'garbage') return void response.writeHead(200, json).end('<html>gateway</html>');
    if (fault === 'odd') return void response.writeHead(200, json).end('{"matches":"none"}');
    if (fault) return send(response, { code: 13, message: 'scripted' }, fault.status, fault.headers);
    if (request.headers['api-key'] !== 'pc-key') return send(response, { code: 16, message: 'Unauthorized' }, 401);
    if (request.headers['x-pinecone-api-version'] !== '2026-07') return send(response, { message: 'version' }, 400);
    // The real service refuses larger requests.
    if (text.length > 2 * 1024 * 1024) return send(response, { code: 3, message: 'message too large' }, 400);
    if (url.pathname === '/indexes/anshin') return send(response, description());
    const name = String(body.namespace ?? url.searchParams.get('namespace') ?? '');
    const namespace = namespaces.get(name);
    const visible = [...(namespace?.values() ?? [])].filter((record) => record.from <= performance.now());
    switch (url.pathname) {
      case '/vectors/upsert': {
        const own = namespace ?? new Map<string, StoredRecord>();
        const vectors = body.vectors as StoredRecord[];
        const problem = vectors.map(refusal).find(Boolean);
        if (problem) return send(response, { code: 3, message: problem, details: [] }, 400);
        namespaces.set(name, own);
        for (const vector of vectors) own.set(vector.id, { ...vector, from: performance.now() + settings.lagMs });
        return send(response, { upsertedCount: vectors.length });
      }
      case '/query': {
        const problem = refusal({ id: 'q', values: body.vector, sparseValues: body.sparseVector, from: 0 });
        if (problem) return send(response, { code: 3, message: problem, details: [] }, 400);
        const matches = visible
          .map((record) => ({ id: record.id, score: score(record, body), values: [], metadata: record.metadata }))
          .sort((a, b) => b.score - a.score)
          .slice(0, body.topK);
        return send(response, { matches, namespace: name, usage: { readUnits: 5 } });
      }
      case '/vectors/fetch': {
        const ids = url.searchParams.getAll('ids');
        const found = visible.filter(({ id }) => ids.includes(id));
        return send(response, {
          vectors: Object.fromEntries(found.map((record) => [record.id, record])),
          namespace: name,
        });
      }
      case '/vectors/delete':
        if (!namespace) return send(response, { code: 5, message: 'Namespace not found', details: [] }, 404);
        for (const id of body.ids as string[]) namespace.delete(id);
        if (namespace.size === 0) namespaces.delete(name);
        return send(response, {});
      default:
        return send(response, { message: `no ${url.pathname}` }, 404);
    }
  }

  function refusal({ values, sparseValues }: StoredRecord): string | undefined {
    if (values.length !== settings.dimension)
      return `Vector dimension ${values.length} does not match the dimension of the index ${settings.dimension}`;
    if (sparseValues && settings.metric !== 'dotproduct')
      return 'Index configuration does not support sparse values - only indexes that are sparse or using dotproduct are supported';
    return undefined;
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on(
      'end',
      () => void answer(request, response, Buffer.concat(chunks).toString()).catch(() => response.destroy()),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const description = () => ({
    name: 'anshin',
    metric: settings.metric,
    dimension: settings.dimension,
    host: url,
    status: { ready: true, state: 'Ready' },
    spec: { serverless: { cloud: 'aws', region: 'eu-west-1' } },
    deployment: { deployment_type: 'managed', cloud: 'aws', region: 'eu-west-1', environment: 'x' },
    schema: { fields: { _values: { type: 'dense_vector', dimension: settings.dimension, metric: settings.metric } } },
    deletion_protection: 'disabled',
  });
  return {
    url,
    requests,
    ids: () => [...namespaces.values()].flatMap((records) => [...records.keys()]).sort(),
    namespaces: () => [...namespaces.keys()].sort(),
    clear: () => namespaces.clear(),
    next: (...faults) => void script.push(...faults),
    down(fault) {
      always = fault;
      script.length = 0;
    },
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export type FakePinecone = {
  url: string;
  requests: { path: string; body: Record<string, unknown>; at: number }[];
  /** Everything it holds, in all namespaces. */
  ids(): string[];
  namespaces(): string[];
  /** Somebody deletes everything. */
  clear(): void;
  next(...faults: Fault[]): void;
  /** What every request meets until it is lifted; what was scripted is forgotten. */
  down(fault: Fault | undefined): void;
  stop(): Promise<void>;
};

/** `odd` is JSON of another form than it should have. */
export type Fault = 'hang' | 'garbage' | 'odd' | { status: number; headers?: Record<string, string> };

type StoredRecord = {
  id: string;
  values: number[];
  sparseValues?: { indices: number[]; values: number[] };
  metadata?: Record<string, unknown>;
  from: number;
};

const json = { 'content-type': 'application/json' };

function send(response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...json, ...headers }).end(JSON.stringify(body));
}

function score(record: StoredRecord, query: Record<string, unknown>): number {
  const dense = record.values.reduce((sum, value, i) => sum + value * Number((query.vector as number[])[i]), 0);
  const sparse = query.sparseVector as StoredRecord['sparseValues'];
  const own = new Map(record.sparseValues?.indices.map((index, i) => [index, record.sparseValues?.values[i] ?? 0]));
  return (
    dense + (sparse?.indices ?? []).reduce((sum, index, i) => sum + (own.get(index) ?? 0) * (sparse?.values[i] ?? 0), 0)
  );
}
