import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import { endStreams } from './stream.ts';

/** Listens with time limits against clients that send a byte at a time; `close` ends streams first and waits for answers. */
export async function listen(
  app: Express,
  { host, port }: { host: string; port: number },
  upgrades?: { upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void; close(): void },
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
    app,
  );
  server.maxRequestsPerSocket = 0;
  if (upgrades) server.on('upgrade', upgrades.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { port: portOf(server), close: () => close(server, upgrades) };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function close(server: Server, upgrades: { close(): void } | undefined): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  endStreams();
  upgrades?.close();
  server.closeIdleConnections();
  // A client that never reads its answer must not hold up the stop.
  const force = setTimeout(() => server.closeAllConnections(), 5_000);
  await closed;
  clearTimeout(force);
}
