import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

/** What a slow client does not finish. */
export const slowKinds = ['headers', 'body', 'response'] as const;
export type SlowKind = (typeof slowKinds)[number];

/** As many as a server works on at once. */
const PIPELINED = 8;

function bytesOf(kind: SlowKind, headers: string): string {
  const get = `GET /api/tickets HTTP/1.1\r\nHost: shop\r\n${headers}`;
  if (kind === 'headers') return get;
  if (kind === 'response') return `${get}\r\n`.repeat(PIPELINED);
  return (
    `POST /api/orders HTTP/1.1\r\nHost: shop\r\n${headers}` +
    'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{'
  );
}

/** Sooner would be a flood of connections, which is another attack. */
const REOPEN_MS = 1_000;

export type SlowSockets = {
  /** How many connections the server has closed so far. */
  closedByServer(): number;
  close(): void;
};

/**
 * Keeps `count` connections to `url` on which the client sends or reads nothing more; opens another one for each that
 * the server closes. With `isMany`, they come from 250 addresses instead of one: of the loopback network (Linux has all
 * of 127.0.0.0/8), and in X-Forwarded-For. Resolves when all of them have been open once.
 */
export async function holdSlowSockets(options: {
  url: string;
  kind: SlowKind;
  count: number;
  isMany: boolean;
}): Promise<SlowSockets> {
  const { url, kind, count, isMany } = options;
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isOver = false;
  let closed = 0;

  function open(index: number): Socket {
    const last = isMany ? (index % 250) + 1 : 1;
    const socket = connect({ host: hostname, port: Number(port), localAddress: `127.1.0.${last}` });
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      if (kind === 'response') socket.pause();
      else socket.resume();
      socket.write(bytesOf(kind, `X-Forwarded-For: 198.51.100.${last}\r\n`));
    });
    socket.once('close', () => {
      sockets.delete(socket);
      if (isOver) return;
      closed += 1;
      setTimeout(() => isOver || open(index), REOPEN_MS);
    });
    return socket;
  }

  await Promise.all(Array.from({ length: count }, (_, index) => once(open(index), 'connect')));
  return {
    closedByServer: () => closed,
    close() {
      isOver = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
