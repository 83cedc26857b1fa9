import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PARTS = 24;

export type PartsProxy = {
  url: string;
  /** Sends the next part of the document. @returns false once it has been sent completely */
  sendPart: () => boolean;
  close: () => Promise<void>;
};

/** Forwards reads to a shop, and holds documents back: they arrive in parts, as over a slow network. */
export async function startPartsProxy(shopUrl: string): Promise<PartsProxy> {
  let parts: Buffer[] = [];
  let document: ServerResponse | undefined;

  function hold(response: ServerResponse, body: Buffer) {
    const size = Math.ceil(body.length / PARTS);
    parts = Array.from({ length: PARTS }, (_, index) => body.subarray(index * size, (index + 1) * size));
    document = response;
    response.write(parts.shift());
  }

  const server = createServer((request, response) => {
    void (async () => {
      const cookie = request.headers.cookie;
      const found = await fetch(shopUrl + request.url, {
        redirect: 'manual',
        headers: { ...(cookie && { cookie }) },
      });
      const body = Buffer.from(await found.arrayBuffer());
      const isDocument = request.headers['sec-fetch-dest'] === 'document';
      for (const name of ['content-type', 'content-security-policy']) {
        const value = found.headers.get(name);
        if (value) response.setHeader(name, value);
      }
      response.statusCode = found.status;
      if (isDocument) hold(response, body);
      else response.end(body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sendPart() {
      const part = parts.shift();
      if (part) document?.write(part);
      else document?.end();
      return part !== undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
