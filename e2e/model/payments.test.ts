import { createHmac } from 'node:crypto';
import { newId } from '@ticketing/common';
import type { EventData, PaymentStatus } from '@ticketing/common';
import { eventually } from '@ticketing/common/testing';
import fc from 'fast-check';
import request from 'supertest';
import type { Fact } from '../../orders/src/purchase.ts';
import type { ChargeStatus } from '../../payments/src/charge.ts';
import { findPayment } from '../../payments/src/models/payment.ts';
import { aPaymentsService, anOrder, asSeller, WEBHOOK_SECRETS } from '../../payments/test/fixtures.ts';
import type { Service } from '../../payments/test/fixtures.ts';
import { onServers } from './on-servers.ts';
import { strayStep } from './paths.ts';
import type { PaymentState } from './paths.ts';
import { rules } from './rules.ts';

// Whole stories of one order's money, told to the real service over a real database and the Stripe emulator, a process
// of its own. The order lives by orders' own rules; what it tells comes late, twice at once, in any order, and so do
// webhooks. What must become of the money is written down here a second time, in other words than in the service's
// table, and held against Stripe's own ledger after every step.

const seed = Number(process.env['MODEL_SEED'] ?? 20);
const RUNS = 25;
const MINUTE = 60_000;

let service: Service;
onServers(() => {
  beforeAll(async () => {
    service = await aPaymentsService();
  }, MINUTE);
  afterAll(() => service.close());
});

type OrderEvent = EventData<'order:created'>;
type Telling = { name: PaymentEvent; status: PaymentStatus; version: number };
type PaymentEvent = 'payment:authorized' | 'payment:created' | 'payment:failed' | 'payment:refunded';

const cards = {
  tok_visa: 'good',
  tok_chargeDeclined: 'bad',
  tok_chargeDeclinedInsufficientFunds: 'bad',
  tok_threeDSecure2Required: 'asks the bank',
  tok_captureFails: 'good',
  tok_captureCancels: 'good',
} as const;
type Token = keyof typeof cards;

const names: Partial<Record<ChargeStatus, PaymentEvent>> = {
  authorized: 'payment:authorized',
  captured: 'payment:created',
  voided: 'payment:failed',
  failed: 'payment:failed',
  refunded: 'payment:refunded',
};

class Model {
  /** All that the order tells in its life; payments may have heard of a part. */
  readonly log: OrderEvent[];
  heard = -1;
  charge: ChargeStatus = 'none';
  /** Of the card that was tried last. */
  token: Token | undefined;
  readonly told: Telling[] = [];
  /** What Stripe must have done; undefined: it was never asked for anything. */
  ledger: { holds: number; declines: number; captures: number; refunds: number } | undefined;

  constructor() {
    this.log = [anOrder({ ticketConfirmed: true })];
  }

  get order(): OrderEvent {
    return this.log.at(-1) ?? anOrder();
  }

  get heardStatus() {
    return this.log[this.heard]?.status;
  }

  /** To the order, which tells it on; payments has not heard that yet. */
  happens(fact: Fact) {
    const changes = rules.orders.applyFact(this.order, fact);
    if (changes)
      this.log.push({ ...this.order, ...(changes as Partial<OrderEvent>), version: this.log.length });
  }

  hear(version: number) {
    this.heard = Math.max(this.heard, version);
    const isOver = this.heardStatus === 'cancelled';
    if (isOver && ['open', 'requires_action', 'authorized'].includes(this.charge)) this.become('voided');
    if (this.heardStatus === 'awaiting:payment' && this.charge === 'authorized')
      this.become(this.token?.startsWith('tok_capture') ? 'failed' : 'captured');
  }

  become(status: ChargeStatus) {
    this.charge = status;
    this.ledger ??= { holds: 0, declines: 0, captures: 0, refunds: 0 };
    if (status === 'authorized') this.ledger.holds++;
    if (status === 'captured') this.ledger.captures++;
    if (status === 'refunded') this.ledger.refunds++;
    const name = names[status];
    if (name) this.told.push({ name, status: status as PaymentStatus, version: this.told.length + 1 });
  }

  tryCard(token: Token) {
    this.token = token;
    const card = cards[token];
    if (card === 'good') return this.become('authorized');
    this.become(card === 'bad' ? 'open' : 'requires_action');
    if (card === 'bad') this.decline();
  }

  decline() {
    this.become('open');
    if (this.ledger) this.ledger.declines++;
  }

  async assertSame() {
    const { id, ticket } = this.order;
    if (this.heard < 0) return expect(await findPayment({ _id: id })).toBeNull();
    const payment = await service.reaches(id, this.charge).catch(() => service.find(id));
    expect(payment).toMatchObject({
      status: this.charge,
      version: this.told.length,
      order: { version: this.heard, status: this.heardStatus },
    });
    const held = this.charge === 'authorized' ? ticket.amount : 0;
    const captured = ['captured', 'refunded'].includes(this.charge) ? ticket.amount : 0;
    const refunded = this.charge === 'refunded' ? ticket.amount : 0;
    const lines = this.ledger ? [{ ...this.ledger, held, captured, refunded }] : [];
    expect(await service.emulator.ledger(id)).toMatchObject(lines);
  }
}
type Story = fc.AsyncCommand<Model, object>;

async function tell({ log }: Model, version: number) {
  const order = log[version];
  if (!order) throw new Error('unreachable: only what happened is told');
  const isEnd = order.status === 'cancelled' && log[version - 1]?.status !== 'cancelled';
  const name = version === 0 ? 'order:created' : isEnd ? 'order:cancelled' : 'order:updated';
  expect(await service.bus.deliver(name, order)).toBe('ack');
}

/** Payments hears of the order's latest state, or of an older one. */
class Tell implements Story {
  readonly back: number;
  readonly times: number;
  constructor(back: number, times: number) {
    this.back = back;
    this.times = times;
  }
  check = () => true;
  async run(model: Model) {
    const version = Math.max(model.log.length - 1 - this.back, 0);
    await Promise.all(Array.from({ length: this.times }, () => tell(model, version)));
    model.hear(version);
    await model.assertSame();
  }
  toString = () =>
    `payments hears of the order's ${this.back ? `state ${this.back} before the last` : 'last state'}` +
    (this.times > 1 ? `, ${this.times} times at once` : '');
}

/** Orders hears what payments told last, or before that. */
class Answer implements Story {
  readonly back: number;
  constructor(back: number) {
    this.back = back;
  }
  check = ({ told }: Readonly<Model>) => told.length > 0;
  run(model: Model) {
    const said = model.told.at(-1 - this.back) ?? model.told[0];
    if (said) model.happens({ event: said.name, payment: { id: model.order.id, status: said.status } });
    return Promise.resolve();
  }
  toString = () => `orders hears what payments told ${this.back ? `${this.back} before the last` : 'last'}`;
}

class End implements Story {
  readonly why: 'order:cancelled' | 'expiration:complete';
  constructor(why: End['why']) {
    this.why = why;
  }
  check = () => true;
  run(model: Model) {
    model.happens({ event: this.why });
    return Promise.resolve();
  }
  toString = () => `the order hears ${this.why}`;
}

/** Without a token: the Payment Element asks for its secret. */
class Pay implements Story {
  readonly token: Token | undefined;
  constructor(token: Token | undefined) {
    this.token = token;
  }
  check = ({ heard }: Readonly<Model>) => heard >= 0;
  async run(model: Model) {
    const { status, body } = await service.pay(model.order, this.token);
    // An answer that waits for Stripe for too long tells only that it does.
    const isSlow = status === 201 && body.status === 'pending';
    const expected = this.expected(model);
    if (!isSlow)
      expect({ status, is: body.status }).toEqual({ status: expected, is: shown(model, expected) });
    await model.assertSame();
  }
  private expected(model: Model): number {
    if (model.charge === 'authorized' || model.charge === 'captured') return 200;
    if (model.heardStatus !== 'created') return 409;
    if (!this.token) {
      if (model.charge !== 'none') return 200;
      model.become('open');
      return 201;
    }
    if (model.charge === 'requires_action') return 409;
    model.tryCard(this.token);
    return cards[this.token] === 'bad' ? 402 : 201;
  }
  toString = () => (this.token ? `the buyer pays with ${this.token}` : 'the buyer opens the Payment Element');
}

function shown({ charge }: Model, answer: number): ChargeStatus | undefined {
  return answer < 300 ? charge : undefined;
}

/** The same good card from two windows at once. */
class PayTwice implements Story {
  check = ({ heardStatus, charge }: Readonly<Model>) =>
    heardStatus === 'created' && (charge === 'none' || charge === 'open');
  async run(model: Model) {
    const answers = await Promise.all([1, 2].map(() => service.pay(model.order, 'tok_visa')));
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
    model.tryCard('tok_visa');
    await model.assertSame();
  }
  toString = () => 'the buyer pays with tok_visa twice at once';
}

async function intentOf({ order }: Model): Promise<string> {
  return (await service.find(order.id)).intent?.id ?? '';
}

class Bank implements Story {
  readonly outcome: 'success' | 'failure';
  constructor(outcome: Bank['outcome']) {
    this.outcome = outcome;
  }
  check = ({ charge }: Readonly<Model>) => charge === 'requires_action';
  async run(model: Model) {
    await service.emulator.authenticate(await intentOf(model), this.outcome);
    await service.makeDue(model.order.id); // its webhook may be lost
    if (this.outcome === 'success') model.become('authorized');
    else model.decline();
    await model.assertSame();
  }
  toString = () => `the bank says ${this.outcome}`;
}

/** In the browser, past the service. */
class Confirm implements Story {
  readonly token: Token;
  constructor(token: Token) {
    this.token = token;
  }
  check = ({ charge }: Readonly<Model>) => charge === 'open';
  async run(model: Model) {
    await service.emulator.confirmAsBuyer(await intentOf(model), this.token);
    await service.makeDue(model.order.id);
    model.tryCard(this.token);
    await model.assertSame();
  }
  toString = () => `the buyer confirms ${this.token} in the Payment Element`;
}

class Refund implements Story {
  check = ({ heard }: Readonly<Model>) => heard >= 0;
  async run(model: Model) {
    const { status } = await request(service.server)
      .post(`/api/payments/${model.order.id}/refund`)
      .set('Cookie', asSeller);
    expect(status).toBe(this.expected(model));
    if (status === 202) model.become('refunded');
    await model.assertSame();
  }
  private expected({ charge, heardStatus }: Model): number {
    if (charge === 'none') return 404;
    if (charge === 'refunded') return 200;
    return charge === 'captured' && heardStatus === 'complete' ? 202 : 409;
  }
  toString = () => 'the seller refunds';
}

/** Stripe tells something that is long known, or was never so, twice. */
class Webhook implements Story {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
  check = ({ ledger }: Readonly<Model>) => ledger !== undefined;
  async run(model: Model) {
    const { id } = model.order;
    const object = { id: await intentOf(model), object: 'payment_intent', metadata: { orderId: id } };
    const body = JSON.stringify({ id: `evt_${newId()}`, object: 'event', type: this.type, data: { object } });
    const at = Math.floor(Date.now() / 1000);
    const signed = createHmac('sha256', WEBHOOK_SECRETS[0] ?? '').update(`${at}.${body}`);
    const header = `t=${at},v1=${signed.digest('hex')}`;
    const send = () =>
      request(service.server)
        .post('/api/payments/webhook')
        .set('Content-Type', 'application/json; charset=utf-8')
        .set('Stripe-Signature', header)
        .send(body);
    await Promise.all([send().expect(200), send().expect(200)]);
    await model.assertSame();
  }
  toString = () => `a webhook says ${this.type}, twice`;
}

/** Nothing happens for so long that the worker looks after the payment by itself. */
class TimePasses implements Story {
  check = ({ heard }: Readonly<Model>) => heard >= 0;
  async run(model: Model) {
    await service.worker.settle(await service.find(model.order.id), 'background');
    await model.assertSame();
  }
  toString = () => 'the worker takes the payment up';
}

/** The order ends, and payments hears of it, at the very moment at which its buyer pays. */
class EndMeanwhile implements Story {
  readonly act: 'pays' | 'confirms' | 'answers the bank';
  constructor(act: EndMeanwhile['act']) {
    this.act = act;
  }
  check = ({ order, heardStatus, charge }: Readonly<Model>) => {
    if (order.status !== 'created' || heardStatus !== 'created') return false;
    if (this.act === 'answers the bank') return charge === 'requires_action';
    return charge === 'open' || (charge === 'none' && this.act === 'pays');
  };
  async run(model: Model) {
    const intentId = await intentOf(model);
    model.happens({ event: 'expiration:complete' });
    const { id } = model.order;
    const [, answer] = await Promise.all([tell(model, model.log.length - 1), this.pay(model, intentId)]);
    const isTried = model.charge !== 'none' || answer?.status === 201 || (await isBegun(id));
    if (answer?.status !== 201) expect([undefined, 409]).toContain(answer?.status);
    if (isTried) await service.reaches(id, 'voided');

    // Whether there was a hold for a moment is nobody's business, only that there is none now.
    const [line] = await service.emulator.ledger(id);
    await eventually(() => !isTried || service.published(id).at(-1)?.status === 'voided');
    if (service.published(id)[0]?.status === 'authorized') model.become('authorized');
    model.hear(model.log.length - 1);
    if (isTried && model.charge !== 'voided') model.become('voided');
    model.ledger = line && {
      holds: line.holds,
      declines: model.ledger?.declines ?? 0,
      captures: 0,
      refunds: 0,
    };
    expect(line?.holds ?? 0).toBeLessThanOrEqual(1);
    await model.assertSame();
  }
  private async pay(model: Model, intentId: string) {
    if (this.act === 'pays') return service.pay(model.order, 'tok_visa');
    if (this.act === 'confirms') await service.emulator.confirmAsBuyer(intentId, 'tok_visa');
    else await service.emulator.authenticate(intentId, 'success');
    return undefined;
  }
  toString = () => `the order expires while its buyer ${this.act}`;
}

async function isBegun(id: string): Promise<boolean> {
  return (await service.find(id)).status !== 'none';
}

/** Each hears the other's last word. */
class Exchange implements Story {
  check = () => true;
  async run(model: Model) {
    const last = new Answer(0);
    if (last.check(model)) await last.run(model);
    await new Tell(0, 1).run(model);
  }
  toString = () => 'orders and payments hear of each other';
}

const tokens = fc.constantFrom(...(Object.keys(cards) as Token[]));
const hints = ['payment_intent.succeeded', 'payment_intent.canceled', 'payment_intent.payment_failed'];
const exchanged = fc.constant(new Exchange());
const paid = tokens.map((token) => new Pay(token));
const tried = fc.oneof(
  paid,
  tokens.map((token) => new Confirm(token)),
  fc.constant(new PayTwice()),
);
const stories = fc.commands(
  [
    exchanged,
    paid,
    fc.tuple(fc.nat({ max: 2 }), fc.constantFrom(1, 1, 3)).map(([back, times]) => new Tell(back, times)),
    fc.constant(new Pay(undefined)),
    fc.constantFrom('success' as const, 'success' as const, 'failure' as const).map((says) => new Bank(says)),
    exchanged,
    tried,
    fc.nat({ max: 2 }).map((back) => new Answer(back)),
    fc.constantFrom(...hints).map((type) => new Webhook(type)),
    fc.constant(new TimePasses()),
    fc.constant(new TimePasses()),
    fc.constant(new Refund()),
    exchanged,
    paid,
    fc.oneof(
      fc.constantFrom('pays', 'confirms', 'answers the bank').map((act) => new EndMeanwhile(act)),
      fc.constantFrom('order:cancelled', 'expiration:complete').map((why) => new End(why)),
    ),
    exchanged,
  ],
  { maxCommands: 20, size: 'max' },
);
/** A purchase as it should go; a story may begin at any of its chapters. */
const purchase = [new Exchange(), new Pay('tok_visa'), new Exchange(), new Exchange()];
const chapters = fc.constantFrom(0, 1, 1, 2, 2, 3, 4);
/** What becomes of Stripe's own webhooks. */
const weather = fc.constantFrom(
  {},
  { duplicate: 2 },
  { delayMs: 150, duplicate: 1 },
  { dropRate: 0.5, seed: 1 },
);

/** Time goes by, and everything that was told arrives. */
async function comeToRest(model: Model) {
  await new Tell(0, 1).run(model);
  for (let before = -1; before !== model.log.length;) {
    before = model.log.length;
    for (let back = model.told.length - 1; back >= 0; back--) await new Answer(back).run(model);
    await new Tell(0, 1).run(model);
  }
  model.happens({ event: 'expiration:complete' });
  await new Tell(0, 1).run(model);
}

/** Beside what the model says of this story, what is promised of every one. */
async function assertPromises({ order }: Model) {
  const lines = await service.emulator.ledger(order.id);
  expect(lines.length).toBeLessThanOrEqual(1);
  const { held = 0, captured = 0, refunded = 0, captures = 0 } = lines[0] ?? {};
  expect({ status: order.status, held, captured, refunded, captures }).toEqual(
    {
      cancelled: { status: 'cancelled', held: 0, captured: 0, refunded: 0, captures: 0 },
      complete: { status: 'complete', held: 0, captured: 4550, refunded: 0, captures: 1 },
      refunded: { status: 'refunded', held: 0, captured: 4550, refunded: 4550, captures: 1 },
    }[order.status as string],
  );
}

it(
  'takes in every story the money that it must, once, and tells each change',
  async () => {
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.noBias(stories), weather, chapters, async (story, webhooks, chapter) => {
        await service.emulator.faults({ webhooks });
        const model = new Model();
        for (const step of purchase.slice(0, chapter)) await step.run(model);
        await fc.asyncModelRun(() => ({ model, real: {} }), story);
        await comeToRest(model);
        await assertPromises(model);
        const { id } = model.order;
        await service.everythingPublished(id);
        expect(service.published(id)).toEqual(model.told);
        expect(strayStep({ of: 'payment', states: statesOf(id) })).toBeUndefined();
        ends.set(model.charge, (ends.get(model.charge) ?? 0) + 1);
      }),
      { seed, numRuns: RUNS, interruptAfterTimeLimit: 3 * MINUTE, markInterruptAsFailure: true },
    );
    process.stderr.write(
      `Stories of payments: MODEL_SEED=${seed}, ${RUNS} runs, ` +
        `ended ${JSON.stringify(Object.fromEntries(ends))}\n`,
    );
    expect(ends.get('captured')).toBeGreaterThan(0);
    expect(ends.get('voided')).toBeGreaterThan(0);
  },
  5 * MINUTE,
);

function statesOf(id: string): PaymentState[] {
  return service.bus.published
    .map(({ data }) => data as EventData<'payment:created'>)
    .filter(({ orderId }) => orderId === id);
}
