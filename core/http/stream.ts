import type { Request, Response } from 'express';

/**
 * Opens a server-sent event stream. A client that does not read is cut off at 1 MB of unread data: it resumes by number,
 * and the others keep their memory. A comment every 15 s keeps proxies from closing it.
 */
export function openStream(request: Request, response: Response, onClose: () => void): EventStream {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  response.write(': open\n\n');
  request.socket.setNoDelay(true);
  let closed = false;
  const beat = setInterval(() => write(': \n\n'), heartbeatMs);

  function write(text: string) {
    if (closed) return;
    response.write(text);
    if (response.writableLength > maxUnreadBytes) {
      close();
      response.destroy();
    }
  }

  function close() {
    if (closed) return;
    closed = true;
    clearInterval(beat);
    open.delete(stream);
    onClose();
  }

  const stream: EventStream = {
    send({ event, id, data }) {
      write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end() {
      close();
      response.end();
    },
    get closed() {
      return closed;
    },
  };
  open.add(stream);
  response.on('close', close);
  return stream;
}

/** Ends every stream of this process, so that the server can stop; browsers come back by themselves. */
export function endStreams(): void {
  for (const stream of open) stream.end();
}

/** How many streams this process holds open. */
export function openStreams(): number {
  return open.size;
}

/** An open stream; sending to a closed one does nothing. */
export type EventStream = {
  send(event: { event: string; id?: number; data: unknown }): void;
  end(): void;
  readonly closed: boolean;
};

const open = new Set<EventStream>();
const heartbeatMs = 15_000;
const maxUnreadBytes = 1_000_000;
