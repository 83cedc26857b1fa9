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
  const groups = ipv6Groups(address);
  return groups ? `${hex(groups.slice(0, 4))}::/64` : ipv4(address);
}

/**
 * The network of a client, for logs and for limits that hold for its neighbors too: the /24 of an IPv4 address, the /56 of
 * an IPv6 address, which is what one subscriber usually has. `unknown` for what is no address.
 */
export function clientNetwork(address: string): string {
  const groups = ipv6Groups(address);
  if (groups) return `${hex([...groups.slice(0, 3), (groups[3] ?? 0) & 0xff00])}::/56`;
  const [, network] = /^(\d+\.\d+\.\d+)\.\d+$/.exec(ipv4(address)) ?? [];
  return network ? `${network}.0/24` : 'unknown';
}

function ipv4(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/** The eight groups of an IPv6 address; undefined for any other text, and for an IPv4-mapped address. */
function ipv6Groups(address: string): number[] | undefined {
  if (ipv4(address) !== address || !address.includes(':')) return undefined;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const missing = address.includes('::') ? Math.max(0, 8 - left.length - right.length) : 0;
  return [...left, ...Array<string>(missing).fill('0'), ...right].map((group) => parseInt(group, 16));
}

function hex(groups: number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}
