import Stripe from 'stripe';
import { anEmulator, cleanUp, errorOf, order, token, until } from '../test/fixture.ts';
import { fingerprint } from './idempotency.ts';

afterEach(cleanUp);

describe('a request with an Idempotency-Key', () => {
  it('gets the stored response and has no second effect when repeated', async () => {
    const { stripe } = await anEmulator();

    const first = await stripe.paymentIntents.create(order, { idempotencyKey: 'o:1:create' });
    await stripe.paymentIntents.confirm(first.id, token('tok_visa'));
    const second = await stripe.paymentIntents.create(order, { idempotencyKey: 'o:1:create' });

    expect(second).toEqual(first);
    expect(first.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
    expect(second.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'idempotency-key': 'o:1:create',
      'original-request': first.lastResponse.requestId,
    });
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });

  it('fails with idempotency_error when the key was used with other parameters or another path', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });

    const params = await errorOf(
      stripe.paymentIntents.create({ ...order, amount: 2000 }, { idempotencyKey: 'k' }),
    );
    await stripe.paymentIntents.update(id, {}, { idempotencyKey: 'u' });
    const path = await errorOf(stripe.paymentIntents.cancel(id, {}, { idempotencyKey: 'u' }));

    for (const error of [params, path]) {
      expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
      expect(error).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
    }
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
  });

  it('may repeat its parameters in another order', () => {
    expect(fingerprint({ a: '1', b: { c: '2', d: '3' } })).toBe(
      fingerprint({ b: { d: '3', c: '2' }, a: '1' }),
    );
    expect(fingerprint({ a: '1' })).not.toBe(fingerprint({ a: '2' }));
  });

  it('gets the stored decline although another card succeeded meanwhile', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    const confirm = () =>
      stripe.paymentIntents.confirm(id, token('tok_chargeDeclined'), { idempotencyKey: 'k' });

    const first = await errorOf(confirm());
    await stripe.paymentIntents.confirm(id, token('tok_visa'));
    const second = await errorOf(confirm());

    expect(second).toMatchObject({
      statusCode: 402,
      charge: first.charge,
      payment_intent: first.payment_intent,
    });
    expect(second.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
  });

  it('gets the stored unexpected_state error although the status would now allow it', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    const capture = () => stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'k' });

    await errorOf(capture());
    await stripe.paymentIntents.confirm(id, token('tok_visa'));

    expect(await errorOf(capture())).toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
  });

  it.each([
    ['before', { errorRate: 1 }, 'requires_payment_method'],
    ['after', { errorAfterEffect: true }, 'requires_capture'],
  ])('gets the stored 500 that was injected %s the effect', async (_when, fault, status) => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    const confirm = () => stripe.paymentIntents.confirm(id, token('tok_visa'), { idempotencyKey: 'k' });

    await control('POST', '/faults', fault);
    const first = await errorOf(confirm());
    await control('DELETE', '/faults');
    const second = await errorOf(confirm());

    expect(first).toMatchObject({ statusCode: 500, rawType: 'api_error' });
    expect(second).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe(status);
  });

  it('may use the key of a request that failed validation', async () => {
    const { stripe } = await anEmulator();
    const create = (params: object) =>
      stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams, { idempotencyKey: 'k' });

    await errorOf(create({ currency: 'usd' }));

    expect((await create(order)).status).toBe('requires_payment_method');
  });

  it('fails with 409 while the first request with the key is running', async () => {
    const { stripe, control } = await anEmulator();
    await control('POST', '/faults', { operation: 'create', latencyMs: 400 });
    const create = () => stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
    const slow = create();

    const errors: Stripe.errors.StripeError[] = [];
    await until(async () => {
      const outcome = await Promise.race([slow, errorOf(create()).catch(() => undefined)]);
      if (outcome instanceof Stripe.errors.StripeError) errors.push(outcome);
      return !(outcome instanceof Stripe.errors.StripeError);
    });

    expect(errors[0]).toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_in_use',
      rawType: 'idempotency_error',
    });
    expect(await create()).toEqual(await slow);
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });

  it('creates one PaymentIntent when sent twenty times at once', async () => {
    const { stripe } = await anEmulator();

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.paymentIntents.create(order, { idempotencyKey: 'k' })),
    );

    const ids = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.id] : []));
    expect(new Set(ids).size).toBe(1);
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });
});
