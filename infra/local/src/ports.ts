import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Below the ephemeral range, so that an outgoing connection never occupies the port of a child that restarts. */
const LOWEST = 10_240;
const HIGHEST = 32_000;
/** Each Jest worker has a slice of its own, so that no other test takes the port of a child that is down. */
const SLICES = 8;
const SIZE = Math.floor((HIGHEST - LOWEST) / SLICES);
const FIRST = LOWEST + SIZE * (Number(process.env['JEST_WORKER_ID'] ?? 0) % SLICES);
const assigned = new Set<number>();

/** A free port of 127.0.0.1, a different one for each call in a process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * SIZE);
    if (assigned.has(port) || !(await isFree(port))) continue;
    assigned.add(port);
    return port;
  }
}

/** Whether a server could listen on the port of both addresses of `localhost`, IPv4 and IPv6. */
export async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'),
    );
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Resolves when a server accepts connections on the port; rejects when `isPending` turns false before that. */
export async function portOpen(port: number, isPending: () => boolean): Promise<void> {
  while (!(await accepts(port))) {
    if (!isPending()) throw new Error(`nothing listens on port ${port}`);
    await wait(25);
  }
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

/** Whether the URL responds with a status below 300 within two seconds. */
export async function isOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
