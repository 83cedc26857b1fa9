import type Stripe from 'stripe';
import {
  aReceiver,
  anEmulator,
  cleanUp,
  config,
  order,
  refusal,
  sdk,
  token,
  until,
} from '../test/fixture.ts';
import { startEmulator } from './emulator.ts';

/** These take their seconds for real, so all of them begin at once. */
const begun = Date.now();
let slow: ReturnType<typeof aSlowBank>;
let overtaken: ReturnType<typeof aCancelledSlowBank>;
let late: ReturnType<typeof aLateWebhook>;

beforeAll(() => {
  [slow, overtaken, late] = [aSlowBank(), aCancelledSlowBank(), aLateWebhook()];
});
afterAll(cleanUp);

async function aSlowBank() {
  const { stripe } = await anEmulator();
  const { id } = await stripe.paymentIntents.create(order);
  const confirming = stripe.paymentIntents.confirm(id, token('tok_slowBank'));
  const meanwhile = await stripe.paymentIntents.retrieve(id);
  return { meanwhile, confirmed: await confirming, ms: Date.now() - begun };
}

async function aCancelledSlowBank() {
  const { stripe, control } = await anEmulator();
  const { id } = await stripe.paymentIntents.create(order);
  const confirming = refusal(stripe.paymentIntents.confirm(id, token('tok_slowBank')));
  await stripe.paymentIntents.cancel(id);
  return { error: await confirming, ledger: await control('GET', '/ledger') };
}

async function aLateWebhook() {
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

it('tok_slowBank is accepted after eight seconds', async () => {
  const { meanwhile, confirmed, ms } = await slow;

  expect(meanwhile.status).toBe('requires_payment_method');
  expect(confirmed.status).toBe('requires_capture');
  expect(ms).toBeGreaterThanOrEqual(8_000);
});

it('a cancel overtakes a slow bank, and nothing is held', async () => {
  const { error, ledger } = await overtaken;

  expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  expect(ledger).toMatchObject([{ status: 'canceled', held: 0, holds: 0 }]);
});

it('tok_webhookDelayed is told 20 s late, also when the emulator is restarted meanwhile', async () => {
  const { types, ms } = await late;

  expect(types[0]).toBe('payment_intent.created');
  expect(types.slice(1).sort()).toEqual(['charge.succeeded', 'payment_intent.amount_capturable_updated']);
  expect(ms).toBeGreaterThanOrEqual(20_000);
});
