import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { freePort } from '../../infra/local/src/ports.ts';
import type { Pipe } from './pipe.ts';
import { createPipe } from './pipe.ts';

/**
 * `cut`: nothing passes in either direction, and no side gets an error; `cut-requests` and `cut-responses`: in one
 * direction only. `heal` delivers what was held back, as TCP would retransmit it. `refuse`: connections are refused.
 * `half-open`: the target has lost its connections, and the clients notice only on `heal`. `slow`: every packet is
 * delayed by `delayMs`.
 */
export type LinkFault = 'cut' | 'cut-requests' | 'cut-responses' | 'refuse' | 'half-open' | 'slow';

export type Link = {
  from: string;
  to: string;
  /** The local port where `from` connects instead of the target. */
  port: number;
  break(fault: LinkFault, delayMs?: number): void;
  heal(): Promise<void>;
  /** Resets every open connection. */
  reset(): void;
  close(): void;
};

type Target = { host: string; port: number; localAddress?: string };

/** Opens a TCP proxy between two processes, which forwards everything until `break`. */
export async function openLink(from: string, to: string, target: Target): Promise<Link> {
  const link = new ProxyLink(from, to, target, await freePort());
  await link.listen();
  return link;
}

class ProxyLink implements Link {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  private readonly target: Target;
  private readonly pipes = new Set<Pipe>();
  private readonly clients = new Set<Socket>();
  /** The client sockets whose other side is gone. */
  private readonly halfOpen = new Set<Socket>();
  private server: Server | undefined;
  private reopening: Promise<void> | undefined;
  private fault: LinkFault | undefined;
  private delayMs = 0;

  constructor(from: string, to: string, target: Target, port: number) {
    this.from = from;
    this.to = to;
    this.target = target;
    this.port = port;
  }

  async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.server = server;
  }

  private accept(client: Socket) {
    this.clients.add(client);
    client.on('close', () => {
      this.clients.delete(client);
      this.halfOpen.delete(client);
    });
    client.on('error', () => undefined);
    if (this.fault === 'half-open') {
      this.halfOpen.add(client.resume());
      return;
    }
    const upstream = connect({ ...this.target, allowHalfOpen: true, noDelay: true });
    upstream.on('error', () => undefined);
    this.addPipe(client, upstream, this.fault === 'cut' || this.fault === 'cut-requests');
    this.addPipe(upstream, client, this.fault === 'cut' || this.fault === 'cut-responses');
  }

  private addPipe(source: Socket, sink: Socket, isHeld: boolean) {
    const onClose = (closed: Pipe) => void this.pipes.delete(closed);
    this.pipes.add(createPipe({ source, sink, isHeld, delayMs: this.delayMs, onClose }));
  }

  break(fault: LinkFault, delayMs = 0): void {
    this.fault = fault;
    if (fault === 'slow') this.delayMs = delayMs;
    for (const pipe of this.pipes) {
      const direction = this.clients.has(pipe.source) ? 'cut-requests' : 'cut-responses';
      if (fault === 'slow') pipe.delayMs = delayMs;
      else if (fault === 'cut' || fault === direction) pipe.isHeld = true;
    }
    if (fault === 'half-open') this.dropTargetSide();
    if (fault === 'refuse') {
      this.server?.close();
      this.reset();
    }
  }

  /** Closes the connections to the target; the clients see neither an end nor an error. */
  private dropTargetSide() {
    for (const pipe of this.pipes) {
      pipe.isHeld = true;
      if (this.clients.has(pipe.source)) this.halfOpen.add(pipe.source);
      else pipe.source.destroy();
    }
    this.pipes.clear();
  }

  async heal(): Promise<void> {
    this.fault = undefined;
    this.delayMs = 0;
    if (!this.server?.listening) await (this.reopening ??= this.listen());
    this.reopening = undefined;
    for (const client of this.halfOpen) client.resetAndDestroy();
    for (const pipe of this.pipes) {
      pipe.isHeld = false;
      pipe.delayMs = 0;
      pipe.flush();
    }
  }

  reset(): void {
    for (const { source, sink } of this.pipes) for (const socket of [source, sink]) socket.resetAndDestroy();
    for (const client of this.clients) client.resetAndDestroy();
    this.pipes.clear();
  }

  close(): void {
    this.server?.close();
    this.reset();
  }
}
