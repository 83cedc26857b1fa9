import { newId } from '@ticketing/common';
import { at, createOrderCall } from '../calls.ts';
import { closedLoop } from '../load.ts';
import { measure } from '../measure.ts';
import type { Experiment } from '../scenario.ts';
import type { User } from '../users.ts';
import type { World } from '../world.ts';

const BATCH = 5_000;

type Sale = { ticketId: string; orderId: string; createdAt: Date };

/**
 * Inserts sold tickets with complete orders straight into the databases, as years of trade would leave them. Copies
 * documents that the services wrote, so that all fields are there.
 */
async function insertSales(world: World, count: number, owner: User) {
  const tickets = world.database('tickets').collection('tickets');
  const replicas = world.database('orders').collection('tickets');
  const orders = world.database('orders').collection('orders');
  const template = await tickets.findOne({ outbox: [] });
  const replica = template && (await replicas.findOne({ _id: template._id }));
  const orderTemplate = await orders.findOne({ outbox: [] });
  if (!template || !replica || !orderTemplate) throw new Error('There is no document to copy');
  const { republishAt: _republishAt, ...order } = orderTemplate;
  const sold = { status: 'sold', reservationSeq: 1, version: 2 };
  for (let inserted = 0; inserted < count; inserted += BATCH) {
    const sales = createSales(inserted, Math.min(BATCH, count - inserted));
    const ticketDocuments = sales.map(({ ticketId, orderId, createdAt }) => ({
      ...template,
      ...sold,
      _id: ticketId as never,
      orderId,
      createdAt,
    }));
    const replicaDocuments = sales.map(({ ticketId, orderId }) => ({
      ...replica,
      ...sold,
      _id: ticketId as never,
      orderId,
    }));
    const orderDocuments = sales.map(({ ticketId, orderId, createdAt }, index) => ({
      ...order,
      _id: orderId as never,
      userId: index % 100 === 0 ? owner.id : newId(),
      ticket: { ...(orderTemplate['ticket'] as object), id: ticketId },
      reservationKey: ticketId,
      reservationSeq: 1,
      status: 'complete',
      createdAt,
    }));
    await Promise.all([
      tickets.insertMany(ticketDocuments, { ordered: false }),
      replicas.insertMany(replicaDocuments, { ordered: false }),
      orders.insertMany(orderDocuments, { ordered: false }),
    ]);
  }
}

/** One sale a second, backwards from yesterday; `offset` sales are there already. */
function createSales(offset: number, count: number): Sale[] {
  return Array.from({ length: count }, (_, index) => ({
    ticketId: newId(),
    orderId: newId(),
    createdAt: new Date(Date.now() - 86_400_000 - (offset + index) * 1000),
  }));
}

async function prepareOrders(world: World, buyers: User[]) {
  const ids = await world.listTickets(500);
  return () =>
    closedLoop({
      connections: 32,
      total: 500,
      call: (index) => createOrderCall(world, at(buyers, index), ids.pop() ?? ''),
    });
}

export const growth: Experiment = {
  name: 'growth',
  description: 'the same requests at 100, 10,000 and 1,000,000 tickets and orders: the same CPU within 20 %',
  slow: true,
  async run(world, log) {
    const [seller, owner, ...buyers] = await world.users(103);
    const figures: Record<string, number> = {};
    const get = (url: string, cookie = '') =>
      closedLoop({ connections: 32, total: 1_000, call: () => ({ url, cookie }) });
    let size = 0;
    for (const target of [100, 10_000, world.count(1_000_000, 100_000)]) {
      if (size === 0) await (await prepareOrders(world, buyers))();
      await world.waitUntilQuiescent();
      await insertSales(world, target - size, owner as User);
      size = target;
      const rounds = {
        'sold list': () => get(world.url('tickets', '/api/tickets?status=sold&limit=50')),
        search: () => get(world.url('tickets', '/api/tickets?q=strings+berlin&limit=50')),
        'own orders': () => get(world.url('orders', '/api/orders?limit=50'), owner?.cookie),
        'own tickets': () => get(world.url('tickets', '/api/tickets?mine=1&limit=50'), seller?.cookie),
        order: await prepareOrders(world, buyers),
      };
      for (const [name, round] of Object.entries(rounds)) {
        const { cpu, p50, cpuBy, answers } = await measure(world, round, 1);
        const stores = Object.entries(cpuBy).filter(([process]) => process.startsWith('mongod'));
        const database = stores.reduce((sum, [, ms]) => sum + ms, 0);
        figures[`${name} at ${target}`] = cpu;
        figures[`${name} at ${target}, databases`] = database;
        log(
          `${target} ${name}: services ${cpu.toFixed(2)} ms of CPU, databases ${database.toFixed(2)} ms, ` +
            `p50 ${p50.toFixed(1)} ms ${JSON.stringify(answers)}`,
        );
      }
    }
    return figures;
  },
};
