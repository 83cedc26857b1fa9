import type { Service } from '../test/fixtures.ts';
import { anOrder, aPaymentsService } from '../test/fixtures.ts';
import { readFacts } from './facts.ts';
import { storeOrder } from './models/payment.ts';

let service: Service;

beforeAll(async () => {
  service = await aPaymentsService();
});
afterAll(() => service.close());

const none = { orders: [], tickets: [], users: [], intents: [] };

/** A payment that Stripe has authorized. */
async function anAuthorizedPayment() {
  const order = anOrder();
  await storeOrder(order);
  await service.pay(order, 'tok_chargeDeclinedInsufficientFunds').expect(402);
  await service.pay(order, 'tok_visa');
  const payment = await service.reaches(order.id, 'authorized');
  return { order, payment, intentId: payment.intent?.id ?? '' };
}

describe('readFacts', () => {
  it('has a payment with its card attempts, and its PaymentIntent as Stripe has it', async () => {
    const { order, payment, intentId } = await anAuthorizedPayment();

    const facts = await readFacts({ ...none, intents: [intentId] }, service.deps.gateway);

    expect(facts).toMatchObject({
      payments: [
        { id: order.id, version: payment.version, status: 'authorized', intentId, order: { version: 0 } },
      ],
      intents: [{ id: intentId, orderId: order.id, status: 'requires_capture', captured: 0, returned: 0 }],
      differences: [],
      problems: [],
    });
    const texts = facts.moments.map(({ what }) => what);
    expect(texts).toEqual(
      expect.arrayContaining([
        'card attempt 1 declined (insufficient_funds)',
        'card attempt 2',
        `PaymentIntent ${intentId} created (to the second)`,
      ]),
    );
    expect(JSON.stringify(facts)).not.toMatch(/tok_|_secret_/);
  });

  it('names a difference from Stripe', async () => {
    const { order, intentId } = await anAuthorizedPayment();
    await service.emulator.dashboard('POST', `/payment_intents/${intentId}/cancel`, {});

    const facts = await readFacts({ ...none, orders: [order.id] }, service.deps.gateway);

    expect(facts.differences).toEqual([`payment ${order.id}: authorized here, canceled at Stripe`]);
  });

  it('has a problem when Stripe does not answer', async () => {
    const { order, intentId } = await anAuthorizedPayment();
    const silent = { ...service.deps.gateway, retrieve: () => Promise.resolve(undefined) };

    const facts = await readFacts({ ...none, orders: [order.id] }, silent);

    expect(facts.problems).toEqual([`payments: Stripe does not return ${intentId}`]);
    expect(facts.payments).toHaveLength(1);
  });
});
