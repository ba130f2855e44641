import type { Request } from 'express';

/** True when a request came from this machine itself: loopback peer and Host, and no proxy in between. */
export function fromThisMachine(request: Request): boolean {
  const forwarded = ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-real-ip', 'cf-connecting-ip'];
  return (
    isLoopback(request.socket.remoteAddress ?? '') &&
    isLoopback((request.headers.host ?? '').replace(/:\d+$/, '')) &&
    forwarded.every((name) => request.headers[name] === undefined)
  );
}

/** True for the names and addresses of this machine, as URLs and sockets write them. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare);
}
