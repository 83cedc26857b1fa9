import request from 'supertest';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import type { Service } from '../test/fixtures.ts';
import { anOrder, aPaymentsService } from '../test/fixtures.ts';
import { cardGuard } from './card-guard.ts';
import { db } from './db.ts';
import { payments } from './models/payment.ts';

const HOUR = 60 * 60 * 1_000;
let time = Date.now();
let service: Service;
/** Another process with the same database. */
let replica: Service['server'];
beforeAll(async () => {
  const cards = () => cardGuard({ account: 10, network: 15, seconds: 3_600 }, () => new Date(time));
  service = await aPaymentsService({ cards: cards() });
  replica = await service.startReplica(cards());
});
afterAll(() => service.close());

let address = 0;
/** A buyer in a network of their own. */
function aBuyer() {
  address += 1;
  const user = aUser();
  const from = `10.0.${address}.1`;
  return {
    from,
    async countedDeclines() {
      const counters = db.connection.collection<{ _id: string; entries: unknown[] }>('cardattempts');
      return (await counters.findOne({ _id: `account:${user.id}` }))?.entries.length;
    },
    async reserve(count: number) {
      const orders = Array.from({ length: count }, () => anOrder({ userId: user.id }));
      for (const order of orders) await service.bus.deliver('order:created', order);
      return orders;
    },
    pay: (
      order: { id: string } | undefined,
      token: string | undefined,
      { on = service.server, network = from } = {},
    ) =>
      request(on)
        .post('/api/payments')
        .set('Cookie', sessionCookie(user))
        .set('X-Forwarded-For', network)
        .send({ orderId: order?.id, token }),
  };
}

type Answer = { status: number };
const count = (answers: Answer[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

describe('the declined cards of an account', () => {
  it('end its attempts after 10 of 90, over several orders and processes, until an hour has passed', async () => {
    const buyer = aBuyer();
    const orders = await buyer.reserve(7);
    const answers: Answer[] = [];
    for (let index = 0; index < 90; index += 1) {
      const on = index % 2 ? service.server : replica;
      answers.push(await buyer.pay(orders[index % 6], 'tok_chargeDeclined', { on }));
    }
    expect(count(answers.slice(0, 10), 402)).toBe(10);
    expect(count(answers, 429)).toBe(80);

    const { headers, body } = await buyer.pay(orders[0], 'tok_visa').expect(429);
    expect(body.errors[0].code).toBe('card_attempts');
    expect(Number(headers['retry-after'])).toBe(3_600);
    await buyer.pay(orders[6], undefined).expect(429, /card_attempts/);

    time += HOUR;
    await buyer.pay(orders[0], 'tok_visa').expect(201);
  });

  it('are at most 10 of 90 that arrive at once, and at most one more for another process', async () => {
    const alone = aBuyer();
    const orders = await alone.reserve(90);
    const answers = await Promise.all(orders.map((order) => alone.pay(order, 'tok_chargeDeclined')));
    expect(count(answers, 402)).toBe(10);
    expect(count(answers, 429)).toBe(80);

    const spread = aBuyer();
    const more = await spread.reserve(60);
    const spreadAnswers = await Promise.all(
      more.map((order, index) =>
        spread.pay(order, 'tok_chargeDeclined', { on: index % 2 ? service.server : replica }),
      ),
    );
    expect(count(spreadAnswers, 402)).toBeGreaterThanOrEqual(10);
    expect(count(spreadAnswers, 402)).toBeLessThanOrEqual(11);
  });

  it('do not include cards that were accepted', async () => {
    const buyer = aBuyer();
    const orders = await buyer.reserve(30);
    await buyer.pay(orders[0], 'tok_chargeDeclined').expect(402);
    for (const order of orders.slice(1, 20)) await buyer.pay(order, 'tok_visa').expect(201);
    const atOnce = await Promise.all(orders.slice(20, 26).map((order) => buyer.pay(order, 'tok_visa')));
    expect(count(atOnce, 201)).toBe(6);

    for (let n = 0; n < 9; n += 1) await buyer.pay(orders[26], 'tok_chargeDeclined').expect(402);
    await buyer.pay(orders[26], 'tok_visa').expect(429);
  });

  it('include refused confirmations at the bank, and no tokens that are no card', async () => {
    const buyer = aBuyer();
    const orders = await buyer.reserve(2);
    for (let n = 0; n < 12; n += 1) await buyer.pay(orders[0], 'tok_nonsense').expect(400);
    for (let n = 0; n < 9; n += 1) await buyer.pay(orders[0], 'tok_chargeDeclined').expect(402);

    await buyer.pay(orders[1], 'tok_threeDSecure2Required').expect(201);
    const { intent } = await service.find(orders[1]?.id ?? '');
    await service.emulator.authenticate(intent?.id ?? '', 'failure');
    await service.reaches(orders[1]?.id ?? '', 'open');
    await eventually(async () => (await buyer.countedDeclines()) === 10);

    await buyer.pay(orders[1], 'tok_visa').expect(429, /card_attempts/);
  });
});

describe('the declined cards of a network', () => {
  it('end the attempts of all of its accounts after 15, and of no other network', async () => {
    const network = '10.9.9.1';
    for (const cards of [9, 6]) {
      const tester = aBuyer();
      const [order] = await tester.reserve(1);
      for (let n = 0; n < cards; n += 1)
        await tester.pay(order, 'tok_chargeDeclined', { network }).expect(402);
    }

    const neighbor = aBuyer();
    const [order] = await neighbor.reserve(1);
    await neighbor.pay(order, 'tok_visa', { network: '10.9.9.200' }).expect(429, /card_attempts/);
    await neighbor.pay(order, 'tok_visa', { network: '10.9.8.200' }).expect(201);
  });

  it('are counted under a keyed hash, never under an address', async () => {
    const buyer = aBuyer();
    const [order] = await buyer.reserve(1);
    await buyer.pay(order, 'tok_chargeDeclined').expect(402);

    const counters = await db.connection.collection('cardattempts').find().toArray();
    const payment = await payments().findOne({ _id: order?.id ?? '' });
    const all = [...counters, payment];

    expect(JSON.stringify(all)).not.toContain(buyer.from.slice(0, buyer.from.lastIndexOf('.')));
  });
});

describe('without limits', () => {
  it('any number of cards can be declined', async () => {
    const unlimited = await service.startReplica();
    const buyer = aBuyer();
    const [order] = await buyer.reserve(1);
    for (let n = 0; n < 12; n += 1)
      await buyer.pay(order, 'tok_chargeDeclined', { on: unlimited }).expect(402);
  });
});
