import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { freePort } from './ports.ts';
import { choosePublicPort } from './public-port.ts';

let server: Server | undefined;
afterEach(() => server?.close());

async function taken(host: string): Promise<number> {
  server = createServer().listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('The public port', () => {
  it('is the one asked for', async () => {
    const port = await freePort();

    expect(await choosePublicPort(port)).toBe(port);
  });

  it.each(['127.0.0.1', '0.0.0.0'])(
    'is refused with the name of its holder when somebody listens on %s',
    async (host) => {
      const port = await taken(host);

      await expect(choosePublicPort(port)).rejects.toThrow(
        new RegExp(`Port ${port} is taken by .*\\(process ${process.pid}\\)`),
      );
    },
  );
});
