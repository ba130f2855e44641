import { type LookupAddress, lookup } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isLoopback } from './loopback.ts';

/**
 * Posts to an address that an operator configured and returns the status. https and public addresses only, checked when the
 * connection is made, so that a name cannot lead elsewhere in between; no redirects. `local` allows this machine, for development.
 */
export function postOut(url: URL, { headers, body, local }: Outgoing): Promise<number> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const own = local && isLoopback(host);
  if (!own && (url.protocol !== 'https:' || (isIP(host) !== 0 && !isPublic(host))))
    return Promise.reject(new Error(`${url.origin} is not a public https address`));
  const send = url.protocol === 'https:' ? request : plainRequest;
  return new Promise((resolve, reject) => {
    const call = send(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
        agent: false,
        signal: AbortSignal.timeout(waitMs),
        ...(own ? {} : { lookup: publicOnly }),
      },
      (response) => {
        // What it says is nobody's business here, and might never end.
        response.destroy();
        resolve(response.statusCode ?? 0);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** True for an address of the public internet: not of this machine, a private network, or a way around either. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

type Outgoing = { headers: Record<string, string>; body: string; local: boolean };

const waitMs = 10_000;

const publicOnly: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return done(error, '');
    const wrong = found.find(({ address }) => !isPublic(address));
    const [first] = found;
    if (wrong || !first) return done(new Error(`${hostname} is not a public address`), '');
    if (options.all) return done(null, found);
    done(null, first.address, first.family);
  });
};
