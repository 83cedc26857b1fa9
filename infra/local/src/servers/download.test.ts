import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../ports.ts';
import { download } from './download.ts';

let server: Server | undefined;

async function aSite(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('download', () => {
  it('returns the content when its checksum matches', async () => {
    const url = await aSite((_req, res) => res.end('content'));

    const content = await download(url, createHash('sha256').update('content').digest('hex'));

    expect(content.toString()).toBe('content');
  });

  it('rejects when the checksum differs', async () => {
    const url = await aSite((_req, res) => res.end('content with a surprise'));

    await expect(download(url, 'a'.repeat(64))).rejects.toThrow(/has SHA-256 \w{64}, expected a{64}/);
  });

  it('rejects with the host and the status when the file does not exist', async () => {
    const url = await aSite((_req, res) => res.writeHead(404).end());

    await expect(download(url)).rejects.toThrow('responded with 404');
  });

  it('rejects with the host and the reason when it cannot connect', async () => {
    const port = await freePort();

    await expect(download(`http://127.0.0.1:${port}/`)).rejects.toThrow(
      `could not connect to 127.0.0.1:${port} (ECONNREFUSED)`,
    );
  });

  it('rejects within 10 s when the site accepts the request but sends no response', async () => {
    const url = await aSite(() => undefined);
    const started = Date.now();

    await expect(download(url)).rejects.toThrow('did not respond within 5 s');

    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
