import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/**
 * `cut`: nothing passes either way, and nobody is told; `cut-requests` and `cut-answers`: one way only. What was held
 * back passes when it heals, as TCP would send it again. `refuse`: nobody listens. `half-open`: the far side has
 * forgotten its connections, which their owners learn when it heals. `slow`: everything is late by `delayMs`.
 */
export type LinkFault = 'cut' | 'cut-requests' | 'cut-answers' | 'refuse' | 'half-open' | 'slow';

export type Link = {
  from: string;
  to: string;
  /** Where `from` finds it. */
  port: number;
  break(fault: LinkFault, delayMs?: number): void;
  heal(): Promise<void>;
  /** Ends every connection with a reset, now. */
  reset(): void;
  close(): void;
};

type Packet = { dueAt: number; chunk: Buffer | 'end' | 'close' };
type Way = {
  from: Socket;
  to: Socket;
  isHeld: boolean;
  delayMs: number;
  waiting: Packet[];
  timer?: NodeJS.Timeout;
};

/** One link between two processes through which everything passes until it is told to go wrong. */
export async function openLink(
  from: string,
  to: string,
  target: { host: string; port: number },
): Promise<Link> {
  const ways = new Set<Way>();
  const clients = new Set<Socket>();
  /** Those whose far side has forgotten them. */
  const forgotten = new Set<Socket>();
  let fault: LinkFault | undefined;
  let delayMs = 0;
  let server: Server = await listen(0);
  let reopening: Promise<Server> | undefined;
  const { port } = server.address() as { port: number };

  async function listen(at: number): Promise<Server> {
    const listening = createServer({ allowHalfOpen: true, noDelay: true }, accept);
    listening.listen(at, '127.0.0.1');
    await once(listening, 'listening');
    return listening;
  }

  function accept(client: Socket) {
    clients.add(client);
    client.on('close', () => {
      clients.delete(client);
      forgotten.delete(client);
    });
    client.on('error', () => undefined);
    if (fault === 'half-open') {
      forgotten.add(client.resume());
      return;
    }
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    upstream.on('error', () => undefined);
    carry(client, upstream, fault === 'cut' || fault === 'cut-requests');
    carry(upstream, client, fault === 'cut' || fault === 'cut-answers');
  }

  function carry(source: Socket, sink: Socket, isHeld: boolean) {
    const way: Way = { from: source, to: sink, isHeld, delayMs, waiting: [] };
    ways.add(way);
    const push = (chunk: Packet['chunk']) => {
      way.waiting.push({ dueAt: Date.now() + way.delayMs, chunk });
      pump(way);
    };
    source.on('data', push);
    source.on('end', () => push('end'));
    source.on('close', () => push('close'));
  }

  function pump(way: Way) {
    clearTimeout(way.timer);
    while (!way.isHeld) {
      const [packet] = way.waiting;
      if (!packet) return;
      const restMs = packet.dueAt - Date.now();
      if (restMs > 0) {
        way.timer = setTimeout(() => pump(way), restMs);
        return;
      }
      way.waiting.shift();
      if (packet.chunk === 'close') {
        ways.delete(way);
        way.to.destroy();
      } else if (packet.chunk === 'end') way.to.end();
      else if (!way.to.destroyed) way.to.write(packet.chunk);
    }
  }

  function reset() {
    for (const { from: one, to: other } of ways) for (const socket of [one, other]) socket.resetAndDestroy();
    for (const client of clients) client.resetAndDestroy();
    ways.clear();
  }

  return {
    from,
    to,
    port,
    reset,
    break(kind, ms = 0) {
      fault = kind;
      if (kind === 'slow') delayMs = ms;
      for (const way of ways) {
        const isRequest = clients.has(way.from);
        if (kind === 'slow') way.delayMs = ms;
        else if (kind === 'cut' || kind === (isRequest ? 'cut-requests' : 'cut-answers')) way.isHeld = true;
      }
      if (kind === 'half-open') {
        // Their owners hear nothing: only the far side is told.
        for (const way of ways) {
          way.isHeld = true;
          if (clients.has(way.from)) forgotten.add(way.from);
          else way.from.destroy();
        }
        ways.clear();
      }
      if (kind === 'refuse') {
        server.close();
        reset();
      }
    },
    async heal() {
      fault = undefined;
      delayMs = 0;
      if (!server.listening) server = await (reopening ??= listen(port));
      reopening = undefined;
      for (const client of forgotten) client.resetAndDestroy();
      for (const way of ways) {
        way.isHeld = false;
        way.delayMs = 0;
        pump(way);
      }
    },
    close() {
      server.close();
      reset();
    },
  };
}
