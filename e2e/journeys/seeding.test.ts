import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '../../infra/local/src/ports.ts';
import { isSeeded, seedCatalog } from '../../infra/local/src/seed.ts';
import { startShop } from '../shop/shop.ts';
import type { Order, Ticket } from '../shop/shop-client.ts';
import { ShopClient } from '../shop/shop-client.ts';
import { useResource } from '../shop/use-shop.ts';

const marker = join(tmpdir(), `seeded-${randomUUID()}.json`);
afterAll(() => rmSync(marker, { force: true }));

/** Forwards to `url`. Another buyer reserves each new ticket before its seller has the response. */
async function proxyWithRival(url: string) {
  const rival = new ShopClient(url);
  await rival.signUp();
  const statuses: number[] = [];
  const server = createServer((req, res) => {
    void (async () => {
      const body = await text(req);
      const { cookie = '', 'content-type': type = '' } = req.headers;
      const headers = { cookie, ...(type && { 'content-type': type }) };
      const { method = 'GET', url: path = '/' } = req;
      const response = await fetch(url + path, { method, headers, ...(body.length > 0 && { body }) });
      const answer = await response.text();
      if (method === 'POST' && path === '/api/tickets' && response.status === 201) {
        const { id } = JSON.parse(answer) as Ticket;
        statuses.push((await rival.send<Order>('POST', '/api/orders', { ticketId: id })).status);
      }
      for (const cookieSet of response.headers.getSetCookie()) res.appendHeader('set-cookie', cookieSet);
      res.writeHead(response.status).end(answer);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    statuses,
    close: () => server.close(),
  };
}

const seen = { isOpenTooEarly: true, reserved: [] as number[], isSeeded: false };
const shop = useResource(
  async () => {
    const port = await freePort();
    return startShop({
      port,
      async beforeOpening(url) {
        seen.isOpenTooEarly = await fetch(`http://localhost:${port}/api/tickets`).then(
          () => true,
          () => false,
        );
        const proxy = await proxyWithRival(url);
        await seedCatalog({ url: proxy.url, marker });
        proxy.close();
        Object.assign(seen, { reserved: proxy.statuses, isSeeded: isSeeded(marker) });
      },
    });
  },
  (opened) => opened.destroy(),
);

describe('the first start with demo data', () => {
  it('keeps the public port closed until the catalog is filled', async () => {
    expect(seen.isOpenTooEarly).toBe(false);
    const { status, body } = await shop.newClient().get<Ticket[]>('/api/tickets?status=all&limit=100');
    expect(status).toBe(200);
    expect(body.length).toBeGreaterThan(30);
  });

  it('completes although another buyer reserves every ticket as soon as it appears', () => {
    expect(seen.reserved.filter((status) => status === 201).length).toBeGreaterThan(0);
    expect(seen.isSeeded).toBe(true);
  });

  it('completes again on a later start, although other buyers have the tickets', async () => {
    rmSync(marker);
    await seedCatalog({ url: shop.url, marker });
    expect(isSeeded(marker)).toBe(true);
  });
});
