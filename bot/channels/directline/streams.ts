import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Config } from '../../../core/config.ts';
import type { Events } from '../../../core/events.ts';
import { followConversation } from '../follow.ts';
import type { DirectLine } from './directLine.ts';
import { watermarkOf } from './routes.ts';
import type { DirectLineTokens } from './token.ts';

/**
 * Direct Line's WebSockets: an upgrade handler for the HTTP server. Frames carry activities with the watermark after them;
 * a client that does not read is cut off at 1 MB and resumes by its watermark.
 */
export function createDirectLineStreams({ directLine, tokens, config, events }: StreamParts): DirectLineStreams {
  const server = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false });
  const allowed = new Set([config.origin, ...config.allowedOrigins]);

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = new URL(request.url ?? '/', config.origin);
    const id = /^\/v3\/directline\/conversations\/([\w-]+)\/stream$/.exec(url.pathname)?.[1];
    const { origin } = request.headers;
    if (!id) return refuse(socket, 404);
    if (origin !== undefined && !allowed.has(origin)) return refuse(socket, 403);
    try {
      const claims = await tokens.verifyStream(url.searchParams.get('t') ?? '');
      if (claims.conv !== id || (claims.origins && origin !== undefined && !claims.origins.includes(origin)))
        return refuse(socket, 403);
      const watermark = watermarkOf(url.searchParams.get('watermark') ?? '');
      if (!(await directLine.find(id))) return refuse(socket, 404);
      server.handleUpgrade(request, socket, head, (client) => void follow(client, id, watermark));
    } catch {
      refuse(socket, 403);
    }
  }

  async function follow(client: WebSocket, id: string, from: number): Promise<void> {
    let watermark = from;
    let conversationId = '';
    let thinking = false;
    let alive = true;
    const send = (data: unknown) => {
      client.send(JSON.stringify(data));
      if (client.bufferedAmount > maxUnreadBytes) client.terminate();
    };
    const follower = followConversation({
      events,
      idOf: () => conversationId,
      async read(still) {
        const thread = await directLine.find(id);
        if (!thread) return client.close(1000);
        conversationId = thread.conversationId;
        for (let more = true; more && still(); ) {
          const set = await directLine.after(thread, watermark);
          if (set.activities.length > 0) send({ activities: set.activities, watermark: String(set.watermark) });
          more = set.more;
          watermark = set.watermark;
        }
        // Without a watermark the client's mark stays: a sign of typing is never stored.
        if (thread.thinking && !thinking) send({ activities: [typing(id)] });
        thinking = thread.thinking;
      },
      failed: () => client.close(1011),
    });
    const beat = setInterval(() => {
      if (!alive) return client.terminate();
      alive = false;
      client.ping();
    }, heartbeatMs);
    client.on('pong', () => {
      alive = true;
    });
    client.on('error', () => client.terminate());
    client.on('close', () => {
      clearInterval(beat);
      follower.stop();
    });
    // The conversation is known before the first event can be missed.
    conversationId = (await directLine.find(id))?.conversationId ?? '';
    await follower.push();
  }

  return {
    upgrade: (request, socket, head) => void upgrade(request, socket, head),
    close() {
      for (const client of server.clients) client.close(1001);
      server.close();
    },
  };
}

export type DirectLineStreams = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every stream; clients come back by their watermark. */
  close(): void;
};

type StreamParts = { directLine: DirectLine; tokens: DirectLineTokens; config: Config; events: Events };

const heartbeatMs = 30_000;
const maxUnreadBytes = 1_000_000;

function refuse(socket: Duplex, status: 403 | 404): void {
  socket.end(
    `HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Not Found'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

function typing(thread: string) {
  return {
    type: 'typing',
    channelId: 'directline',
    conversation: { id: thread },
    from: { id: 'anshin', name: 'Anshin', role: 'bot' },
  };
}
