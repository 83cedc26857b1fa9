import { connect } from 'node:net';

const TIMEOUT_MS = 2_000;

/** Sends one command to Redis, its words separated by spaces, and resolves when Redis has answered. */
export async function commandRedis(url: string, command: string): Promise<void> {
  const { hostname, port } = new URL(url);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${command}\r\n`));
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('Redis does not answer')));
    socket.once('data', () => socket.end(resolve));
    socket.once('error', reject);
  });
}
