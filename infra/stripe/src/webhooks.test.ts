import { anAuthorizedIntent, anEmulator, aReceiver, cleanUp, order, until } from '../test/fixture.ts';

afterEach(cleanUp);

const authorizedEvents = [
  'charge.succeeded',
  'payment_intent.amount_capturable_updated',
  'payment_intent.created',
];

describe('a webhook', () => {
  it('is sent for each change, signed, with the object as it was then', async () => {
    const shop = await aReceiver();
    const { stripe } = await anEmulator({ WEBHOOK_URL: shop.url });

    const { id } = await anAuthorizedIntent(stripe);
    await until(() => shop.received.length === 3);

    expect(shop.types().sort()).toEqual(authorizedEvents);
    const created = shop.received.find(({ event }) => event.type === 'payment_intent.created')?.event;
    expect(created).toMatchObject({
      object: 'event',
      api_version: '2026-10-28.endive',
      data: { object: { id, status: 'requires_payment_method' } },
      livemode: false,
    });
    await until(async () => (await stripe.events.list()).data.every((event) => event.pending_webhooks === 0));
  });

  it('is retried until the endpoint accepts it', async () => {
    let failures = 2;
    const shop = await aReceiver(() => (failures-- > 0 ? 500 : 200));
    const { stripe } = await anEmulator({ WEBHOOK_URL: shop.url });

    await stripe.paymentIntents.create(order);
    await until(() => shop.received.length === 3);

    expect(new Set(shop.received.map(({ event }) => event.id)).size).toBe(1);
  });

  it('is not sent with dropRate 1, but its event is listed', async () => {
    const shop = await aReceiver();
    const { stripe, control } = await anEmulator({ WEBHOOK_URL: shop.url });

    await control('POST', '/faults', { webhooks: { dropRate: 1 } });
    await stripe.paymentIntents.create(order);
    await control('DELETE', '/faults');
    const second = await stripe.paymentIntents.create(order);
    await until(() => shop.received.length > 0);

    expect(shop.received.map(({ event }) => (event.data.object as { id: string }).id)).toEqual([second.id]);
    expect((await stripe.events.list()).data).toHaveLength(2);
  });

  it('is not sent for an event that the endpoint is not subscribed to', async () => {
    const shop = await aReceiver();
    const wanted = 'payment_intent.amount_capturable_updated';
    const { stripe } = await anEmulator({ WEBHOOK_URL: shop.url, WEBHOOK_EVENTS: [wanted] });

    await anAuthorizedIntent(stripe);
    await until(async () => (await stripe.events.list()).data.every((event) => event.pending_webhooks === 0));

    expect(shop.types()).toEqual([wanted]);
    expect((await stripe.events.list()).data.map(({ type }) => type).sort()).toEqual(authorizedEvents);
  });

  it('is sent three times with duplicate: 2', async () => {
    const shop = await aReceiver();
    const { stripe, control } = await anEmulator({ WEBHOOK_URL: shop.url });
    await control('POST', '/faults', { webhooks: { duplicate: 2 } });

    await stripe.paymentIntents.create(order);
    await until(() => shop.received.length === 3);

    expect(new Set(shop.received.map(({ event }) => event.id)).size).toBe(1);
  });

  it('is sent after delayMs', async () => {
    const shop = await aReceiver();
    const { stripe, control } = await anEmulator({ WEBHOOK_URL: shop.url });
    await control('POST', '/faults', { webhooks: { delayMs: 700 } });
    const startedAt = Date.now();

    await stripe.paymentIntents.create(order);
    await until(() => shop.received.length === 1);

    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(700);
  });

  it('is sent newest first with reorder', async () => {
    const shop = await aReceiver();
    const { stripe, control } = await anEmulator({ WEBHOOK_URL: shop.url });
    await control('POST', '/faults', { webhooks: { reorder: true } });

    await anAuthorizedIntent(stripe);
    await until(() => shop.received.length === 3);

    expect(shop.types()).toEqual([
      'payment_intent.amount_capturable_updated',
      'charge.succeeded',
      'payment_intent.created',
    ]);
  });
});
