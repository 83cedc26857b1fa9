import type { IncomingMessage } from 'node:http';

/**
 * The address of the client behind `trustProxy` proxies: that many entries of X-Forwarded-For count, from the right,
 * like Express's setting `trust proxy`. The peer of the connection when nothing names another one.
 */
export function clientAddress(req: IncomingMessage, trustProxy: number): string {
  const peer = req.socket.remoteAddress ?? '';
  if (trustProxy === 0) return peer;
  const header = req.headers['x-forwarded-for'] ?? '';
  const named = String(header)
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  return named.at(-trustProxy) ?? named[0] ?? peer;
}

/**
 * What counts as one client in limits: an IPv4 address, or the /64 network of an IPv6 address, because a subscriber has
 * at least 2^64 IPv6 addresses. An IPv4-mapped IPv6 address is the IPv4 address.
 */
export function clientKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const missing = address.includes('::') ? Math.max(0, 8 - left.length - right.length) : 0;
  const zeros = Array<string>(missing).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}
