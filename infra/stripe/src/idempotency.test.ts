import Stripe from 'stripe';
import { anEmulator, cleanUp, order, refusal, token, until } from '../test/fixture.ts';
import { fingerprint } from './idempotency.ts';

afterEach(cleanUp);

describe('an Idempotency-Key', () => {
  it('gives the same answer and no second effect', async () => {
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

  it('refuses other parameters and other addresses', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order, { idempotencyKey: 'k' });

    const params = await refusal(
      stripe.paymentIntents.create({ ...order, amount: 2000 }, { idempotencyKey: 'k' }),
    );
    await stripe.paymentIntents.update(id, {}, { idempotencyKey: 'u' });
    const address = await refusal(stripe.paymentIntents.cancel(id, {}, { idempotencyKey: 'u' }));

    for (const error of [params, address]) {
      expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
      expect(error).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
    }
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
  });

  it('does not depend on the order of the parameters', () => {
    expect(fingerprint({ a: '1', b: { c: '2', d: '3' } })).toBe(
      fingerprint({ b: { d: '3', c: '2' }, a: '1' }),
    );
    expect(fingerprint({ a: '1' })).not.toBe(fingerprint({ a: '2' }));
  });

  it('repeats a decline although the card would now be accepted', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    const confirm = () =>
      stripe.paymentIntents.confirm(id, token('tok_chargeDeclined'), { idempotencyKey: 'k' });

    const first = await refusal(confirm());
    await stripe.paymentIntents.confirm(id, token('tok_visa'));
    const second = await refusal(confirm());

    expect(second).toMatchObject({
      statusCode: 402,
      charge: first.charge,
      payment_intent: first.payment_intent,
    });
    expect(second.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
  });

  it('repeats what the state forbade', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    const capture = () => stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'k' });

    await refusal(capture());
    await stripe.paymentIntents.confirm(id, token('tok_visa'));

    expect(await refusal(capture())).toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
  });

  it.each([
    ['before', { errorRate: 1 }, 'requires_payment_method'],
    ['after', { errorAfterEffect: true }, 'requires_capture'],
  ])('repeats a 500 that came %s the effect', async (_when, fault, status) => {
    const { stripe, control } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);
    const confirm = () => stripe.paymentIntents.confirm(id, token('tok_visa'), { idempotencyKey: 'k' });

    await control('POST', '/faults', fault);
    const first = await refusal(confirm());
    await control('DELETE', '/faults');
    const second = await refusal(confirm());

    expect(first).toMatchObject({ statusCode: 500, rawType: 'api_error' });
    expect(second).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe(status);
  });

  it('is not used up by a request that never began', async () => {
    const { stripe } = await anEmulator();
    const create = (params: object) =>
      stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams, { idempotencyKey: 'k' });

    await refusal(create({ currency: 'usd' }));

    expect((await create(order)).status).toBe('requires_payment_method');
  });

  it('is in use while its first request runs', async () => {
    const { stripe, control } = await anEmulator();
    await control('POST', '/faults', { operation: 'create', latencyMs: 400 });
    const create = () => stripe.paymentIntents.create(order, { idempotencyKey: 'k' });
    const slow = create();

    const errors: Stripe.errors.StripeError[] = [];
    await until(async () => {
      const outcome = await Promise.race([slow, refusal(create()).catch(() => undefined)]);
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

  it('makes one of twenty simultaneous creates', async () => {
    const { stripe } = await anEmulator();

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.paymentIntents.create(order, { idempotencyKey: 'k' })),
    );

    const ids = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.id] : []));
    expect(new Set(ids).size).toBe(1);
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });
});
