import fc from 'fast-check';
import type { EventData } from '@ticketing/common';
import type { Service } from '../../payments/test/fixtures.ts';
import { aPaymentsService } from '../../payments/test/fixtures.ts';
import { onServers } from './on-servers.ts';
import type { PaymentState } from './paths.ts';
import { findInvalidStep } from './paths.ts';
import {
  EndOrder,
  Exchange,
  HandleOrder,
  HandlePayment,
  RunWorker,
  Webhook,
} from './payments-event-commands.ts';
import type { Token } from './payments-model.ts';
import { cards, Model } from './payments-model.ts';
import { AnswerBank, Confirm, ExpireWhilePaying, Pay, PayTwice, Refund } from './payments-user-commands.ts';

// Random command sequences (fast-check) about the payment of one order run against the real service, with a real
// database and the Stripe emulator. The order follows the rules of orders; its events and webhooks arrive late, in any
// order and repeatedly. payments-model.ts states the expected result independently of the service's own table, and
// every command compares it with the payment and with Stripe's ledger.

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

const tokens = fc.constantFrom(...(Object.keys(cards) as Token[]));
const webhookTypes = ['payment_intent.succeeded', 'payment_intent.canceled', 'payment_intent.payment_failed'];
const exchanges = fc.constant(new Exchange());
const payments = tokens.map((token) => new Pay(token));
const attempts = fc.oneof(
  payments,
  tokens.map((token) => new Confirm(token)),
  fc.constant(new PayTwice()),
);
const commandSequences = fc.commands(
  [
    exchanges,
    payments,
    fc
      .tuple(fc.nat({ max: 2 }), fc.constantFrom(1, 1, 3))
      .map(([back, times]) => new HandleOrder(back, times)),
    fc.constant(new Pay(undefined)),
    fc
      .constantFrom('success' as const, 'success' as const, 'failure' as const)
      .map((outcome) => new AnswerBank(outcome)),
    exchanges,
    attempts,
    fc.nat({ max: 2 }).map((back) => new HandlePayment(back)),
    fc.constantFrom(...webhookTypes).map((type) => new Webhook(type)),
    fc.constant(new RunWorker()),
    fc.constant(new RunWorker()),
    fc.constant(new Refund()),
    exchanges,
    payments,
    fc.oneof(
      fc.constantFrom('pays', 'confirms', 'answers the bank').map((act) => new ExpireWhilePaying(act)),
      fc.constantFrom('order:cancelled', 'expiration:complete').map((event) => new EndOrder(event)),
    ),
    exchanges,
  ],
  { maxCommands: 20, size: 'max' },
);
/** The commands of an ordinary purchase; a sequence may start after any number of them. */
const purchase = [new Exchange(), new Pay('tok_visa'), new Exchange(), new Exchange()];
const startLengths = fc.constantFrom(0, 1, 1, 2, 2, 3, 4);
/** Faults of Stripe's own webhooks. */
const webhookFaults = fc.constantFrom(
  {},
  { duplicate: 2 },
  { delayMs: 150, duplicate: 1 },
  { dropRate: 0.5, seed: 1 },
);

/** Delivers all events until nothing changes any more, then lets the order expire. */
async function finish(model: Model) {
  await new HandleOrder(0, 1).run(model, service);
  for (let before = -1; before !== model.orderEvents.length;) {
    before = model.orderEvents.length;
    for (let back = model.published.length - 1; back >= 0; back--) await new HandlePayment(back).run(model);
    await new HandleOrder(0, 1).run(model, service);
  }
  model.applyFactToOrder({ event: 'expiration:complete' });
  await new HandleOrder(0, 1).run(model, service);
}

/** What must hold after every sequence, whatever the model expects. */
async function assertInvariants({ order }: Model) {
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
  'payments captures, voids and refunds as the model expects and publishes each change, after any command sequence',
  async () => {
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.noBias(commandSequences),
        webhookFaults,
        startLengths,
        async (commands, webhooks, startLength) => {
          await service.emulator.faults({ webhooks });
          const model = new Model();
          for (const step of purchase.slice(0, startLength)) await step.run(model, service);
          await fc.asyncModelRun(() => ({ model, real: service }), commands);
          await finish(model);
          await assertInvariants(model);
          const { id } = model.order;
          await service.everythingPublished(id);
          expect(service.published(id)).toEqual(model.published);
          expect(findInvalidStep({ of: 'payment', states: statesOf(id) })).toBeUndefined();
          ends.set(model.charge, (ends.get(model.charge) ?? 0) + 1);
        },
      ),
      { seed, numRuns: RUNS, interruptAfterTimeLimit: 3 * MINUTE, markInterruptAsFailure: true },
    );
    process.stderr.write(
      `Command sequences of payments: MODEL_SEED=${seed}, ${RUNS} runs, ` +
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
