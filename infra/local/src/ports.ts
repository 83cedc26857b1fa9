import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Below the ports that systems lend to outgoing connections: such a loan must not keep a restarted child from its port. */
const LOWEST = 10_240;
const HIGHEST = 32_000;
/** Each of Jest's workers has a slice of its own: a killed child must find its port free when it starts again. */
const SLICES = 8;
const SIZE = Math.floor((HIGHEST - LOWEST) / SLICES);
const FIRST = LOWEST + SIZE * (Number(process.env['JEST_WORKER_ID'] ?? 0) % SLICES);
const given = new Set<number>();

/** A port of 127.0.0.1 that nobody listens on; never the same one twice in a process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * SIZE);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

/** Whether a server could listen there, for `localhost` in both of its meanings. */
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

/** Resolves once something accepts connections there, as long as `stillHoped`. */
export async function portOpen(port: number, stillHoped: () => boolean): Promise<void> {
  while (!(await accepts(port))) {
    if (!stillHoped()) throw new Error(`nothing listens on port ${port}`);
    await wait(25);
  }
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
