import { newId } from '@ticketing/common';
import { closedLoop } from '../load.ts';
import { measure } from '../measure.ts';
import type { Experiment } from '../scenario.ts';
import type { Person, World } from '../world.ts';

const BATCH = 5_000;
const at = <T>(items: T[], index: number) => items[index % items.length] as T;

/** Puts sold tickets with complete orders straight into the databases, as years of trade would leave them. */
async function grow(world: World, by: number, owner: Person) {
  const tickets = world.database('tickets').collection('tickets');
  const replicas = world.database('orders').collection('tickets');
  const orders = world.database('orders').collection('orders');
  const template = await tickets.findOne({ outbox: [] });
  const replica = template && (await replicas.findOne({ _id: template._id }));
  const orderTemplate = await orders.findOne({ outbox: [] });
  if (!template || !replica || !orderTemplate) throw new Error('nothing to multiply');
  for (let made = 0; made < by; made += BATCH) {
    const some = Array.from({ length: Math.min(BATCH, by - made) }, (_, index) => {
      const ticketId = newId();
      const orderId = newId();
      const age = (made + index) * 1000;
      return { ticketId, orderId, createdAt: new Date(Date.now() - 86_400_000 - age) };
    });
    const sold = { status: 'sold', reservationSeq: 1, version: 2 };
    await Promise.all([
      tickets.insertMany(
        some.map(({ ticketId, orderId, createdAt }) => ({
          ...template,
          ...sold,
          _id: ticketId as never,
          orderId,
          createdAt,
        })),
        { ordered: false },
      ),
      replicas.insertMany(
        some.map(({ ticketId, orderId }) => ({ ...replica, ...sold, _id: ticketId as never, orderId })),
        { ordered: false },
      ),
      orders.insertMany(
        some.map(({ ticketId, orderId, createdAt }, index) => {
          const { republishAt: _remindAt, ...rest } = orderTemplate;
          return {
            ...rest,
            _id: orderId as never,
            userId: index % 100 === 0 ? owner.id : newId(),
            ticket: { ...(orderTemplate['ticket'] as object), id: ticketId },
            reservationKey: ticketId,
            reservationSeq: 1,
            status: 'complete',
            createdAt,
          };
        }),
        { ordered: false },
      ),
    ]);
  }
}

const growth: Experiment = {
  name: 'growth',
  what: 'the same requests at 100, 10,000 and 1,000,000 tickets and orders: the same CPU within 20 %',
  slow: true,
  async run(world, say) {
    const [seller, owner, ...buyers] = await world.people(103);
    const found: Record<string, number> = {};
    const get = (url: string, cookie = '') =>
      closedLoop({ connections: 32, total: 1_000, call: () => ({ url, cookie }) });
    const order = async () => {
      const ids = await world.tickets(500);
      return () =>
        closedLoop({
          connections: 32,
          total: 500,
          call: (index) => ({
            method: 'POST',
            url: world.url('orders', '/api/orders'),
            cookie: at(buyers, index).cookie,
            body: { ticketId: ids.pop() ?? '' },
          }),
        });
    };
    let size = 0;
    for (const target of [100, 10_000, world.count(1_000_000, 100_000)]) {
      if (size === 0) await (await order())();
      await world.settle();
      await grow(world, target - size, owner as Person);
      size = target;
      const rounds = {
        'sold list': () => get(world.url('tickets', '/api/tickets?status=sold&limit=50')),
        search: () => get(world.url('tickets', '/api/tickets?q=strings+berlin&limit=50')),
        'own orders': () => get(world.url('orders', '/api/orders?limit=50'), owner?.cookie),
        'own tickets': () => get(world.url('tickets', '/api/tickets?mine=1&limit=50'), seller?.cookie),
        order: await order(),
      };
      for (const [name, round] of Object.entries(rounds)) {
        const { cpu, p50, cpuBy, answers } = await measure(world, round, 1);
        const stores = Object.entries(cpuBy).filter(([process]) => process.startsWith('mongod'));
        const database = stores.reduce((sum, [, ms]) => sum + ms, 0);
        found[`${name} at ${target}`] = cpu;
        found[`${name} at ${target}, databases`] = database;
        say(
          `${target} ${name}: services ${cpu.toFixed(2)} ms of CPU, databases ${database.toFixed(2)} ms, ` +
            `p50 ${p50.toFixed(1)} ms ${JSON.stringify(answers)}`,
        );
      }
    }
    return found;
  },
};

export const growing: Experiment[] = [growth];
