import Stripe from 'stripe';
import { anAuthorised, anEmulator, cleanUp, order, refusal, sdk, token, until } from '../test/fixture.ts';
import { createFaults, knobs } from './faults.ts';

afterEach(cleanUp);

describe('the knobs', () => {
  it('hit only the named operation, only so often', async () => {
    const { stripe, control } = await anEmulator();
    await control('POST', '/faults', { operation: 'capture', count: 2, errorRate: 1 });
    const { id } = await anAuthorised(stripe);

    await refusal(stripe.paymentIntents.capture(id));
    await refusal(stripe.paymentIntents.capture(id));

    expect((await stripe.paymentIntents.capture(id)).status).toBe('succeeded');
    expect(await control('GET', '/faults')).toMatchObject({ operation: ['capture'], count: 0, errorRate: 1 });
  });

  it('are taken away again', async () => {
    const { stripe, control } = await anEmulator();
    await control('POST', '/faults', { errorRate: 1 });
    await refusal(stripe.paymentIntents.create(order));

    expect(await control('DELETE', '/faults')).toEqual(knobs.parse({}));
    expect((await stripe.paymentIntents.create(order)).object).toBe('payment_intent');
  });

  it('give the same faults for the same seed', () => {
    const draw = (seed: number) => {
      const faults = createFaults();
      faults.set(knobs.parse({ errorRate: 0.5, seed }));
      return Array.from({ length: 50 }, () => faults.plan('confirm').errorBeforeEffect);
    };

    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).filter(Boolean).length).toBeGreaterThan(10);
    expect(draw(7).filter(Boolean).length).toBeLessThan(40);
  });

  it('are refused when they are wrong', async () => {
    const { control } = await anEmulator();

    expect(await control('POST', '/faults', { errorRate: 2, operation: 'fly', speed: 1 })).toMatchObject({
      error: { issues: expect.arrayContaining([expect.objectContaining({ param: 'errorRate' })]) as unknown },
    });
  });

  it('slow a request down', async () => {
    const { stripe, control, url } = await anEmulator();
    await control('POST', '/faults', { operation: 'create', latencyMs: 300 });

    const impatient = await refusal(
      sdk(url, { timeout: 50 }).paymentIntents.create(order, { idempotencyKey: 'k' }),
    );
    expect(impatient).toBeInstanceOf(Stripe.errors.StripeConnectionError);

    // Who gives up does not stop it.
    await until(async () => (await stripe.paymentIntents.list()).data.length === 1);
  });

  it('break the connection before the effect', async () => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    // The SDK repeats a closed connection once.
    await control('POST', '/faults', { operation: 'confirm', resetBeforeEffect: true, count: 2 });
    const confirm = () => stripe.paymentIntents.confirm(id, token('tok_visa'), { idempotencyKey: 'k' });

    expect(await refusal(confirm())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
    expect((await confirm()).lastResponse.headers).not.toHaveProperty('idempotent-replayed');
  });

  it('break the connection after the effect', async () => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    await control('POST', '/faults', { operation: 'confirm', resetAfterEffect: true, count: 2 });
    const confirm = () => stripe.paymentIntents.confirm(id, token('tok_visa'), { idempotencyKey: 'k' });

    expect(await refusal(confirm())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
    expect((await confirm()).lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect(await control('GET', '/ledger')).toMatchObject([{ id, holds: 1 }]);
  });

  it('fail reads when told so', async () => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    await control('POST', '/faults', { operation: 'read', errorRate: 1, count: 1 });

    expect(await refusal(stripe.paymentIntents.retrieve(id))).toMatchObject({ statusCode: 500 });
    expect((await stripe.paymentIntents.retrieve(id)).id).toBe(id);
  });
});

describe('cards of the emulator', () => {
  it('tok_connectionLost takes effect and never answers, until it is asked a third time', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    const confirm = () =>
      stripe.paymentIntents.confirm(id, token('tok_connectionLost'), { idempotencyKey: 'k' });

    expect(await refusal(confirm())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
    expect((await confirm()).status).toBe('requires_capture');
  });
});

describe('the control interface', () => {
  it('confirms like the Payment Element', async () => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);

    const declined = await control('POST', `/intents/${id}/confirm-as-buyer`, {
      token: 'tok_chargeDeclined',
    });
    const confirmed = await control('POST', `/intents/${id}/confirm-as-buyer`, { token: 'tok_visa' });

    expect(declined).toMatchObject({ error: { code: 'card_declined', payment_intent: { id } } });
    expect(confirmed).toMatchObject({ id, status: 'requires_capture' });
  });

  it('keeps the books', async () => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create({ ...order, metadata: { orderId: 'o1' } });
    await refusal(stripe.paymentIntents.confirm(id, token('tok_chargeDeclined')));
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
        canceled: false,
        holds: 1,
        captures: 1,
        refunds: 1,
        declines: 1,
      },
    ]);
  });
});
