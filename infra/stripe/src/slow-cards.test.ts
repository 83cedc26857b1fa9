import type Stripe from 'stripe';
import {
  anEmulator,
  aReceiver,
  cleanUp,
  config,
  errorOf,
  order,
  sdk,
  token,
  until,
} from '../test/fixture.ts';
import { startEmulator } from './emulator.ts';

/** The delays are real seconds, so all cases start at once. */
const startedAt = Date.now();
let slow: ReturnType<typeof aSlowBank>;
let canceled: ReturnType<typeof aCanceledSlowBank>;
let delayed: ReturnType<typeof aDelayedWebhook>;

beforeAll(() => {
  [slow, canceled, delayed] = [aSlowBank(), aCanceledSlowBank(), aDelayedWebhook()];
});
afterAll(cleanUp);

async function aSlowBank() {
  const { stripe } = await anEmulator();
  const { id } = await stripe.paymentIntents.create(order);
  const confirming = stripe.paymentIntents.confirm(id, token('tok_slowBank'));
  const meanwhile = await stripe.paymentIntents.retrieve(id);
  return { meanwhile, confirmed: await confirming, ms: Date.now() - startedAt };
}

async function aCanceledSlowBank() {
  const { stripe, control } = await anEmulator();
  const { id } = await stripe.paymentIntents.create(order);
  const confirming = errorOf(stripe.paymentIntents.confirm(id, token('tok_slowBank')));
  await stripe.paymentIntents.cancel(id);
  return { error: await confirming, ledger: await control('GET', '/ledger') };
}

async function aDelayedWebhook() {
  const shop = await aReceiver();
  const settings = config({ WEBHOOK_URL: shop.url });
  const first = await startEmulator(settings);
  const stripe: Stripe = sdk(first.url);
  const { id } = await stripe.paymentIntents.create(order);
  await until(() => shop.received.length === 1);
  const confirmedAt = Date.now();
  await stripe.paymentIntents.confirm(id, token('tok_webhookDelayed'));
  await first.stop();
  await anEmulator(settings);
  await until(() => shop.received.length === 3, 30_000);
  return { types: shop.types(), ms: (shop.received[1]?.at ?? 0) - confirmedAt };
}

it('tok_slowBank authorizes after eight seconds', async () => {
  const { meanwhile, confirmed, ms } = await slow;

  expect(meanwhile.status).toBe('requires_payment_method');
  expect(confirmed.status).toBe('requires_capture');
  expect(ms).toBeGreaterThanOrEqual(8_000);
});

it('a cancel during tok_slowBank wins, and nothing is authorized', async () => {
  const { error, ledger } = await canceled;

  expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  expect(ledger).toMatchObject([{ status: 'canceled', held: 0, holds: 0 }]);
});

it('tok_webhookDelayed sends its events 20 s late, even across a restart of the emulator', async () => {
  const { types, ms } = await delayed;

  expect(types[0]).toBe('payment_intent.created');
  expect(types.slice(1).sort()).toEqual(['charge.succeeded', 'payment_intent.amount_capturable_updated']);
  expect(ms).toBeGreaterThanOrEqual(20_000);
});
