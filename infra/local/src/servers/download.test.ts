import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../ports.ts';
import { download } from './download.ts';

let server: Server | undefined;

async function site(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('A download', () => {
  it('is handed over when its checksum is the expected one', async () => {
    const url = await site((_req, res) => res.end('content'));

    const content = await download(url, createHash('sha256').update('content').digest('hex'));

    expect(content.toString()).toBe('content');
  });

  it('is refused when its checksum is another', async () => {
    const url = await site((_req, res) => res.end('content with a surprise'));

    await expect(download(url, 'a'.repeat(64))).rejects.toThrow(/has SHA-256 \w{64}, expected a{64}/);
  });

  it('names the site and its answer when there is no such file', async () => {
    const url = await site((_req, res) => res.writeHead(404).end());

    await expect(download(url)).rejects.toThrow('answers 404');
  });

  it('names the site and the reason when it cannot be reached', async () => {
    const port = await freePort();

    await expect(download(`http://127.0.0.1:${port}/`)).rejects.toThrow(
      `127.0.0.1:${port} cannot be reached (ECONNREFUSED)`,
    );
  });

  it('is given up after seconds when the site takes the question and says nothing', async () => {
    const url = await site(() => undefined);
    const started = Date.now();

    await expect(download(url)).rejects.toThrow('does not answer');

    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
