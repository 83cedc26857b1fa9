import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from '@ticketing/common/testing';
import type { ErrorBody, Ticket } from '../shop/shop-client.ts';
import { waitUntilQuiescent } from '../shop/snapshot.ts';
import { useShop } from '../shop/use-shop.ts';

const shop = useShop();

describe('a seller who refunds sales', () => {
  it('cannot list tickets after the third refund, until an operator lifts the suspension', async () => {
    const seller = await shop.newClient().signUp();
    const buyer = await shop.newClient().signUp();
    const sell = async () => {
      const order = await buyer.reserve((await seller.listTicket()).id);
      await buyer.pay(order.id);
      return buyer.waitForOrder(order.id, ({ status }) => status === 'complete');
    };
    const conduct = async () => (await seller.get<{ refunds: number }>('/api/users/selling')).body;
    const list = (title: string) =>
      seller.send<Ticket & ErrorBody>('POST', '/api/tickets', { title, price: 20 });
    for (const refunds of [1, 2, 3]) {
      const { id } = await sell();
      await waitUntilQuiescent(shop);
      await seller.send('POST', `/api/payments/${id}/refund`, {});
      await buyer.waitForOrder(id, ({ status }) => status === 'refunded');
      // Auth handles the refund beside orders, which the buyer sees.
      await eventually(async () => (await conduct()).refunds === refunds);
      expect(await conduct()).toEqual({ refunds, limit: 3, days: 90, suspended: refunds === 3 });
    }

    await eventually(async () => (await list('Hamlet')).status === 403);
    expect((await list('Hamlet')).body.errors[0]?.code).toBe('selling_suspended');

    expect(lift(seller.email)).toMatchObject({
      status: 0,
      stdout: `${seller.email} may list tickets again\n`,
    });
    expect(lift(seller.email).status).toBe(1);
    // The running service finds the event in its outbox and publishes it.
    await eventually(async () => (await list('Hamlet')).status === 201);
  });
});

function lift(email: string) {
  const root = join(import.meta.dirname, '../..');
  const node = ['--import', 'tsx', '--conditions=source', join(root, 'auth/src/lift-suspension.ts'), email];
  const env = { ...process.env, MONGO_URI: shop.urlOf('mongod-auth') };
  return spawnSync(process.execPath, node, { env, encoding: 'utf8' });
}
