import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { freePort } from './ports.ts';
import { choosePublicPort } from './public-port.ts';

let server: Server | undefined;
afterEach(() => server?.close());

async function aPortInUse(host: string): Promise<number> {
  server = createServer().listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('choosePublicPort', () => {
  it('returns the requested port when it is free', async () => {
    const port = await freePort();

    expect(await choosePublicPort(port)).toBe(port);
  });

  it.each(['127.0.0.1', '0.0.0.0'])(
    'throws with the name and pid of the program that listens on %s',
    async (host) => {
      const port = await aPortInUse(host);

      await expect(choosePublicPort(port)).rejects.toThrow(
        new RegExp(`Port ${port} is already in use by .*\\(process ${process.pid}\\)`),
      );
    },
  );
});
