import Stripe from 'stripe';
import { KEY, anAuthorised, anEmulator, cleanUp, order, refusal, token } from '../test/fixture.ts';

afterEach(cleanUp);

describe('a payment', () => {
  it('is held, then captured', async () => {
    const { stripe } = await anEmulator();

    const created = await stripe.paymentIntents.create({
      ...order,
      metadata: { orderId: 'o1', userId: 'u1' },
    });
    const held = await stripe.paymentIntents.confirm(created.id, token('tok_visa'));
    const captured = await stripe.paymentIntents.capture(created.id);

    expect(created).toMatchObject({
      object: 'payment_intent',
      status: 'requires_payment_method',
      amount: 1999,
      currency: 'usd',
      metadata: { orderId: 'o1', userId: 'u1' },
      client_secret: expect.stringMatching(new RegExp(`^${created.id}_secret_\\w+$`)) as string,
      latest_charge: null,
    });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 1999, amount_received: 0 });
    expect(captured).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 1999 });
    expect(captured).not.toHaveProperty('emulator');
    expect(captured.lastResponse.requestId).toMatch(/^req_/);
    expect(await stripe.paymentIntents.retrieve(created.id)).toEqual(captured);
    const { data: charges } = await stripe.charges.list({ payment_intent: created.id });
    expect(charges).toEqual([
      expect.objectContaining({
        id: captured.latest_charge,
        captured: true,
        amount_captured: 1999,
        paid: true,
      }),
    ]);
    expect(await stripe.charges.retrieve(captured.latest_charge as string)).toEqual(charges[0]);
  });

  it('is created and confirmed in one request', async () => {
    const { stripe } = await anEmulator();

    const held = await stripe.paymentIntents.create({
      ...order,
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    const ready = await stripe.paymentIntents.create({ ...order, payment_method: 'pm_card_visa' });

    expect(held.status).toBe('requires_capture');
    expect(ready.status).toBe('requires_confirmation');
    expect((await stripe.paymentIntents.confirm(ready.id)).status).toBe('requires_capture');
  });

  it('frees the rest of a hold that is captured in part', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorised(stripe);

    const tooMuch = await refusal(stripe.paymentIntents.capture(id, { amount_to_capture: 2000 }));
    const captured = await stripe.paymentIntents.capture(id, { amount_to_capture: 500 });

    expect(tooMuch).toMatchObject({ code: 'amount_too_large', param: 'amount_to_capture' });
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 500, amount_capturable: 0 });
  });

  it('keeps, changes and removes metadata', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create({ ...order, metadata: { a: '1', b: '2' } });

    const changed = await stripe.paymentIntents.update(id, { metadata: { b: '', c: '3' } });

    expect(changed.metadata).toEqual({ a: '1', c: '3' });
  });

  it('is released by a cancel', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorised(stripe);

    const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });

    expect(canceled).toMatchObject({
      status: 'canceled',
      amount_capturable: 0,
      cancellation_reason: 'abandoned',
    });
    expect(canceled.canceled_at).toBeGreaterThan(0);
    expect(await refusal(stripe.paymentIntents.capture(id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });
});

describe('a declined card', () => {
  it.each([
    ['tok_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['tok_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['tok_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['tok_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['tok_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
    ['tok_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['tok_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['tok_chargeDeclinedFraudulent', 'card_declined', 'fraudulent'],
  ])('%s is refused with %s, %s, and another card may follow', async (card, code, declineCode) => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);

    const error = await refusal(
      stripe.paymentIntents.confirm(id, card.startsWith('pm_') ? { payment_method: card } : token(card)),
    );

    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({ statusCode: 402, code, decline_code: declineCode });
    expect(error.payment_intent).toMatchObject({
      id,
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: { type: 'card_error', code, decline_code: declineCode, charge: error.charge },
    });
    expect(await stripe.paymentIntents.retrieve(id)).toEqual(error.payment_intent);
    expect(await stripe.charges.retrieve(error.charge ?? '')).toMatchObject({
      status: 'failed',
      failure_code: code,
    });

    const second = await stripe.paymentIntents.confirm(id, token('tok_mastercard'));
    expect(second).toMatchObject({ status: 'requires_capture', last_payment_error: null });
  });
});

describe('a capture that is refused for good', () => {
  it('leaves the hold until it is canceled', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorised(stripe, 'tok_captureFails');

    const error = await refusal(stripe.paymentIntents.capture(id));

    expect(error).toMatchObject({ statusCode: 400, code: 'charge_expired_for_capture' });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 1999,
    });
    expect((await stripe.paymentIntents.cancel(id)).status).toBe('canceled');
  });

  it('cancels the payment with tok_captureCancels', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorised(stripe, 'tok_captureCancels');

    const error = await refusal(stripe.paymentIntents.capture(id));

    expect(error).toMatchObject({
      code: 'charge_expired_for_capture',
      payment_intent: { status: 'canceled' },
    });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'canceled',
      amount_received: 0,
    });
  });
});

describe('what the state forbids', () => {
  it('says that a captured payment has been captured', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorised(stripe);
    await stripe.paymentIntents.capture(id);

    const again = await refusal(stripe.paymentIntents.capture(id));
    const cancel = await refusal(stripe.paymentIntents.cancel(id));

    expect(again).toMatchObject({
      statusCode: 400,
      rawType: 'invalid_request_error',
      code: 'payment_intent_unexpected_state',
      message: 'This PaymentIntent could not be captured because it has already been captured.',
      payment_intent: { id, status: 'succeeded' },
      doc_url: 'https://docs.stripe.com/error-codes/payment-intent-unexpected-state',
    });
    expect(cancel).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(cancel.message).toMatch(
      /^You cannot cancel this PaymentIntent because it has a status of succeeded\. Only/,
    );
  });

  it('does not confirm without a card', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);

    const error = await refusal(stripe.paymentIntents.confirm(id));

    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  });
});

describe('a refund', () => {
  it('gives back a part, then the rest, then no more', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorised(stripe);
    await stripe.paymentIntents.capture(id);

    const part = await stripe.refunds.create({
      payment_intent: id,
      amount: 500,
      metadata: { orderId: 'o1' },
    });
    const tooMuch = await refusal(stripe.refunds.create({ payment_intent: id, amount: 1500 }));
    const rest = await stripe.refunds.create({ payment_intent: id });
    const again = await refusal(stripe.refunds.create({ payment_intent: id }));

    expect(part).toMatchObject({ object: 'refund', amount: 500, status: 'succeeded', payment_intent: id });
    expect(tooMuch.message).toBe(
      'Refund amount ($15.00) is greater than unrefunded amount on charge ($14.99)',
    );
    expect(rest.amount).toBe(1499);
    expect(again).toMatchObject({ statusCode: 400, code: 'charge_already_refunded' });
    expect((await stripe.refunds.list({ payment_intent: id })).data).toEqual([rest, part]);
    expect(await stripe.refunds.retrieve(part.id)).toEqual(part);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('succeeded');
    expect((await stripe.balance.retrieve()).available).toMatchObject([{ currency: 'usd', amount: 0 }]);
  });

  it('is refused for what was only held', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorised(stripe);

    const error = await refusal(stripe.refunds.create({ payment_intent: id }));

    expect(error).toMatchObject({ statusCode: 400, param: 'payment_intent' });
  });
});

describe('lists and search', () => {
  it('page from the youngest to the oldest', async () => {
    const { stripe } = await anEmulator();
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift((await stripe.paymentIntents.create(order)).id);

    const first = await stripe.paymentIntents.list({ limit: 2 });
    const second = await stripe.paymentIntents.list({ limit: 2, starting_after: first.data[1]?.id ?? '' });
    const back = await stripe.paymentIntents.list({ limit: 2, ending_before: second.data[0]?.id ?? '' });
    const all = await stripe.paymentIntents.list({ limit: 2 }).autoPagingToArray({ limit: 100 });
    const later = await stripe.paymentIntents.list({ created: { gte: Math.floor(Date.now() / 1000) + 60 } });

    expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/payment_intents' });
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids.slice(0, 4));
    expect(back.data).toEqual(first.data);
    expect(all.map(({ id }) => id)).toEqual(ids);
    expect(later.data).toEqual([]);
  });

  it('find a payment by its metadata', async () => {
    const { stripe } = await anEmulator();
    const wanted = await stripe.paymentIntents.create({ ...order, metadata: { orderId: 'o1' } });
    await stripe.paymentIntents.create({ ...order, metadata: { orderId: 'o2' } });

    const find = async (query: string) =>
      (await stripe.paymentIntents.search({ query })).data.map(({ id }) => id);

    expect(await find("metadata['orderId']:'o1'")).toEqual([wanted.id]);
    expect(await find('metadata["orderId"]:"o1" AND status:"requires_payment_method"')).toEqual([wanted.id]);
    expect(await find("metadata['orderId']:'o1' AND status:'succeeded'")).toEqual([]);
    expect(await find('amount>1998')).toHaveLength(2);
    expect(await refusal(stripe.paymentIntents.search({ query: 'orderId=o1' }))).toMatchObject({
      statusCode: 400,
    });
  });

  it('tell the events', async () => {
    const { stripe } = await anEmulator();
    await anAuthorised(stripe);

    const { data } = await stripe.events.list({});
    const created = await stripe.events.list({ type: 'payment_intent.created' });

    expect(data.map(({ type }) => type)).toEqual([
      'payment_intent.amount_capturable_updated',
      'charge.succeeded',
      'payment_intent.created',
    ]);
    expect(created.data).toEqual([data[2]]);
    expect(await stripe.events.retrieve(data[0]?.id ?? '')).toMatchObject({ id: data[0]?.id });
  });
});

describe('bad input', () => {
  it.each([
    [{ currency: 'usd' }, 'parameter_missing', 'amount'],
    [{ amount: '19.99', currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: -5, currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 49, currency: 'usd' }, 'amount_too_small', 'amount'],
    [{ amount: 1999 }, 'parameter_missing', 'currency'],
    [{ amount: 1999, currency: 'xxq' }, undefined, 'currency'],
    [{ amount: 1999, currency: 'usd', amonut: 1 }, 'parameter_unknown', 'amonut'],
    [{ amount: 1999, currency: 'usd', capture_method: 'later' }, undefined, 'capture_method'],
    [{ amount: 1999, currency: 'usd', metadata: { a: 'x'.repeat(501) } }, undefined, 'metadata[a]'],
    [{ amount: { $ne: 1 }, currency: 'usd' }, undefined, 'amount'],
    [{ ...order, return_url: 'javascript:alert(1)' }, 'url_invalid', 'return_url'],
    [
      {
        ...order,
        confirm: true,
        payment_method_data: { type: 'card', card: { number: '4242424242424242' } },
      },
      'parameter_missing',
      'payment_method_data[card][token]',
    ],
    [{ ...order, ...token('tok_nobody') }, 'resource_missing', 'payment_method_data[card][token]'],
    [{ ...order, ...token('__proto__') }, 'resource_missing', 'payment_method_data[card][token]'],
    [{ ...order, payment_method: 'tok_visa' }, 'resource_missing', 'payment_method'],
  ])('%j is refused with %s for %s', async (params, code, param) => {
    const { stripe } = await anEmulator();

    const error = await refusal(
      stripe.paymentIntents.create(params as unknown as Stripe.PaymentIntentCreateParams),
    );

    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error', code, param });
  });

  it('answers in Stripe’s shape to what is not there, not a form, too large or without a key', async () => {
    const { stripe, url } = await anEmulator();
    const post = (headers: Record<string, string>, body: string) =>
      fetch(`${url}/v1/payment_intents`, { method: 'POST', headers, body });
    const authorization = `Bearer ${KEY}`;

    const unknown = await refusal(stripe.paymentIntents.retrieve('pi_nobody'));
    const route = await fetch(`${url}/v1/nothing`, { headers: { authorization } });
    const json = await post({ authorization, 'content-type': 'application/json' }, '{"amount":1}');
    const large = await post(
      { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      'a='.padEnd(200_000, 'x'),
    );
    const anonymous = await fetch(`${url}/v1/balance`);

    expect(unknown).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such payment_intent: 'pi_nobody'",
    });
    expect([route.status, json.status, large.status, anonymous.status]).toEqual([404, 400, 413, 401]);
    for (const response of [route, json, large, anonymous]) {
      expect(await response.json()).toEqual({
        error: expect.objectContaining({ type: 'invalid_request_error' }) as unknown,
      });
      expect(response.headers.get('request-id')).toMatch(/^req_/);
    }
  });

  it('refuses another key', async () => {
    const { url } = await anEmulator();
    const { hostname: host, port } = new URL(url);
    const stranger = new Stripe('sk_test_somebodyElses1234', { host, port, protocol: 'http' });

    const error = await refusal(stranger.balance.retrieve());

    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    expect(error.statusCode).toBe(401);
    expect(error.message).not.toContain('somebodyElses');
  });
});
