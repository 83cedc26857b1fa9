import Stripe from 'stripe';
import {
  anAuthorizedIntent,
  anEmulator,
  cleanUp,
  errorOf,
  order,
  sdk,
  token,
  until,
} from '../test/fixture.ts';
import { createFaults, faultOptions } from './faults.ts';

afterEach(cleanUp);

describe('the fault injection options', () => {
  it('disturb only the named operation, `count` times', async () => {
    const { stripe, control } = await anEmulator();
    await control('POST', '/faults', { operation: 'capture', count: 2, errorRate: 1 });
    const { id } = await anAuthorizedIntent(stripe);

    await errorOf(stripe.paymentIntents.capture(id));
    await errorOf(stripe.paymentIntents.capture(id));

    expect((await stripe.paymentIntents.capture(id)).status).toBe('succeeded');
    expect(await control('GET', '/faults')).toMatchObject({ operation: ['capture'], count: 0, errorRate: 1 });
  });

  it('are reset by DELETE', async () => {
    const { stripe, control } = await anEmulator();
    await control('POST', '/faults', { errorRate: 1 });
    await errorOf(stripe.paymentIntents.create(order));

    expect(await control('DELETE', '/faults')).toEqual(faultOptions.parse({}));
    expect((await stripe.paymentIntents.create(order)).object).toBe('payment_intent');
  });

  it('draw the same faults for the same seed', () => {
    const draw = (seed: number) => {
      const faults = createFaults();
      faults.set(faultOptions.parse({ errorRate: 0.5, seed }));
      return Array.from({ length: 50 }, () => faults.plan('confirm').errorBeforeEffect);
    };

    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).filter(Boolean).length).toBeGreaterThan(10);
    expect(draw(7).filter(Boolean).length).toBeLessThan(40);
  });

  it('return 400 with the invalid option', async () => {
    const { control } = await anEmulator();

    expect(await control('POST', '/faults', { errorRate: 2, operation: 'fly', speed: 1 })).toMatchObject({
      error: { issues: expect.arrayContaining([expect.objectContaining({ param: 'errorRate' })]) as unknown },
    });
  });

  it('delay a request by latencyMs, which completes even if its client times out', async () => {
    const { stripe, control, url } = await anEmulator();
    await control('POST', '/faults', { operation: 'create', latencyMs: 300 });

    const timedOut = await errorOf(
      sdk(url, { timeout: 50 }).paymentIntents.create(order, { idempotencyKey: 'k' }),
    );
    expect(timedOut).toBeInstanceOf(Stripe.errors.StripeConnectionError);

    // The request completes although its client has timed out.
    await until(async () => (await stripe.paymentIntents.list()).data.length === 1);
  });

  it('close the connection before the effect with resetBeforeEffect', async () => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    // The SDK retries a closed connection once.
    await control('POST', '/faults', { operation: 'confirm', resetBeforeEffect: true, count: 2 });
    const confirm = () => stripe.paymentIntents.confirm(id, token('tok_visa'), { idempotencyKey: 'k' });

    expect(await errorOf(confirm())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
    expect((await confirm()).lastResponse.headers).not.toHaveProperty('idempotent-replayed');
  });

  it('close the connection after the effect with resetAfterEffect', async () => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    await control('POST', '/faults', { operation: 'confirm', resetAfterEffect: true, count: 2 });
    const confirm = () => stripe.paymentIntents.confirm(id, token('tok_visa'), { idempotencyKey: 'k' });

    expect(await errorOf(confirm())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
    expect((await confirm()).lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect(await control('GET', '/ledger')).toMatchObject([{ id, holds: 1 }]);
  });

  it('fail reads only when the operation is `read`', async () => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    await control('POST', '/faults', { operation: 'read', errorRate: 1, count: 1 });

    expect(await errorOf(stripe.paymentIntents.retrieve(id))).toMatchObject({ statusCode: 500 });
    expect((await stripe.paymentIntents.retrieve(id)).id).toBe(id);
  });
});

describe('tok_connectionLost', () => {
  it('authorizes but loses the first two responses; the third request gets the response', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    const confirm = () =>
      stripe.paymentIntents.confirm(id, token('tok_connectionLost'), { idempotencyKey: 'k' });

    expect(await errorOf(confirm())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
    expect((await confirm()).status).toBe('requires_capture');
  });
});

describe('the control API', () => {
  it('confirms as the Payment Element does', async () => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);

    const declined = await control('POST', `/intents/${id}/confirm-as-buyer`, {
      token: 'tok_chargeDeclined',
    });
    const confirmed = await control('POST', `/intents/${id}/confirm-as-buyer`, { token: 'tok_visa' });

    expect(declined).toMatchObject({ error: { code: 'card_declined', payment_intent: { id } } });
    expect(confirmed).toMatchObject({ id, status: 'requires_capture' });
  });

  it('returns amounts and counts of each payment from the ledger', async () => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create({ ...order, metadata: { orderId: 'o1' } });
    await errorOf(stripe.paymentIntents.confirm(id, token('tok_chargeDeclined')));
    await stripe.paymentIntents.confirm(id, token('tok_visa'));
    await stripe.paymentIntents.capture(id);
    await stripe.refunds.create({ payment_intent: id, amount: 500 });

    expect(await control('GET', '/ledger')).toEqual([
      {
        id,
        created: expect.any(Number) as number,
        amount: 1999,
        currency: 'usd',
        metadata: { orderId: 'o1' },
        status: 'succeeded',
        held: 0,
        captured: 1999,
        refunded: 500,
        lost: 0,
        canceled: false,
        holds: 1,
        captures: 1,
        refunds: 1,
        declines: 1,
      },
    ]);
  });
});
