import Stripe from 'stripe';
import { anAuthorizedIntent, anEmulator, cleanUp, errorOf, KEY, order, token } from '../test/fixture.ts';

afterEach(cleanUp);

describe('lists and search', () => {
  it('return pages from the newest to the oldest', async () => {
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

  it('find a PaymentIntent by metadata, status and amount', async () => {
    const { stripe } = await anEmulator();
    const wanted = await stripe.paymentIntents.create({ ...order, metadata: { orderId: 'o1' } });
    await stripe.paymentIntents.create({ ...order, metadata: { orderId: 'o2' } });

    const find = async (query: string) =>
      (await stripe.paymentIntents.search({ query })).data.map(({ id }) => id);

    expect(await find("metadata['orderId']:'o1'")).toEqual([wanted.id]);
    expect(await find('metadata["orderId"]:"o1" AND status:"requires_payment_method"')).toEqual([wanted.id]);
    expect(await find("metadata['orderId']:'o1' AND status:'succeeded'")).toEqual([]);
    expect(await find('amount>1998')).toHaveLength(2);
    expect(await errorOf(stripe.paymentIntents.search({ query: 'orderId=o1' }))).toMatchObject({
      statusCode: 400,
    });
  });

  it('return events, all or of one type', async () => {
    const { stripe } = await anEmulator();
    await anAuthorizedIntent(stripe);

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

describe('an invalid request', () => {
  it.each([
    [{ currency: 'usd' }, 'parameter_missing', 'amount'],
    [{ amount: '19.99', currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: -5, currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 49, currency: 'usd' }, 'amount_too_small', 'amount'],
    [{ amount: 1999 }, 'parameter_missing', 'currency'],
    [{ amount: 1999, currency: 'xxq' }, undefined, 'currency'],
    [{ amount: 50_000, currency: 'kpw' }, undefined, 'currency'],
    [{ amount: 12_345, currency: 'kwd' }, 'invalid_charge_amount', 'amount'],
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
    [{ ...order, ...token('tok_unknown') }, 'resource_missing', 'payment_method_data[card][token]'],
    [{ ...order, ...token('__proto__') }, 'resource_missing', 'payment_method_data[card][token]'],
    [{ ...order, payment_method: 'tok_visa' }, 'resource_missing', 'payment_method'],
  ])('with parameters %j fails with 400 %s for %s', async (params, code, param) => {
    const { stripe } = await anEmulator();

    const error = await errorOf(
      stripe.paymentIntents.create(params as unknown as Stripe.PaymentIntentCreateParams),
    );

    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error', code, param });
  });

  it('gets an error in Stripe’s format for a missing object or route, JSON, a large body or no API key', async () => {
    const { stripe, url } = await anEmulator();
    const post = (headers: Record<string, string>, body: string) =>
      fetch(`${url}/v1/payment_intents`, { method: 'POST', headers, body });
    const authorization = `Bearer ${KEY}`;

    const unknown = await errorOf(stripe.paymentIntents.retrieve('pi_unknown'));
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
      message: "No such payment_intent: 'pi_unknown'",
    });
    expect([route.status, json.status, large.status, anonymous.status]).toEqual([404, 400, 413, 401]);
    for (const response of [route, json, large, anonymous]) {
      expect(await response.json()).toEqual({
        error: expect.objectContaining({ type: 'invalid_request_error' }) as unknown,
      });
      expect(response.headers.get('request-id')).toMatch(/^req_/);
    }
  });

  it('fails with 401 for another API key, without repeating the key', async () => {
    const { url } = await anEmulator();
    const { hostname: host, port } = new URL(url);
    const withOtherKey = new Stripe('sk_test_anotherShops1234', { host, port, protocol: 'http' });

    const error = await errorOf(withOtherKey.balance.retrieve());

    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    expect(error.statusCode).toBe(401);
    expect(error.message).not.toContain('anotherShops');
  });
});
