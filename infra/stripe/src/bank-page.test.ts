import { anEmulator, aReceiver, cleanUp, errorOf, order, token, until } from '../test/fixture.ts';

afterEach(cleanUp);

const shopUrl = 'http://shop.test/checkout/o1/return?order=o1';

async function aChallengedPayment(
  params: object = { return_url: shopUrl },
  webhookUrl = 'http://127.0.0.1:9/',
) {
  const emulator = await anEmulator({ WEBHOOK_URL: webhookUrl });
  const { id } = await emulator.stripe.paymentIntents.create({ ...order, description: 'Seat <3> & "more"' });
  const intent = await emulator.stripe.paymentIntents.confirm(id, {
    ...token('tok_threeDSecure2Required'),
    ...params,
  });
  const bank = `${emulator.url}/stripe-emulator/bank/${id}`;
  const answer = (outcome: 'approve' | 'decline') =>
    fetch(`${bank}/${outcome}`, { method: 'POST', redirect: 'manual' });
  return { ...emulator, id, intent, bank, answer };
}

function redirectParams(response: Response): object {
  return Object.fromEntries(new URL(response.headers.get('location') ?? '').searchParams);
}

describe('3-D Secure', () => {
  it('redirects the buyer to the bank page', async () => {
    const { id, intent } = await aChallengedPayment();

    expect(intent).toMatchObject({
      status: 'requires_action',
      latest_charge: null,
      next_action: {
        type: 'redirect_to_url',
        redirect_to_url: { url: `http://shop.test/stripe-emulator/bank/${id}`, return_url: shopUrl },
      },
    });
  });

  it('shows the payment on a page without scripts or external resources', async () => {
    const { bank, id } = await aChallengedPayment();

    const response = await fetch(bank);
    const html = await response.text();

    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self' http:\/\/shop\.test; frame-ancestors 'none'/,
    );
    expect(html).toContain('TEST MODE');
    expect(html).toContain('<strong>$19.99</strong> USD');
    expect(html).toContain('Seat &#60;3&#62; &#38; &#34;more&#34;');
    expect(html).toContain(
      `<form method="post" action="/stripe-emulator/bank/${id}/approve"><button class="yes">Approve</button>`,
    );
    expect(html).not.toMatch(/<script|<3>|src=|<link/);
  });

  it('authorizes the payment when the buyer approves', async () => {
    const shop = await aReceiver();
    const { stripe, answer, id, intent } = await aChallengedPayment(undefined, shop.url);

    const response = await answer('approve');

    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^http:\/\/shop\.test\/checkout\/o1\/return\?/);
    expect(redirectParams(response)).toEqual({
      order: 'o1',
      payment_intent: id,
      payment_intent_client_secret: intent.client_secret,
      redirect_status: 'succeeded',
    });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_capture',
      next_action: null,
    });
    await until(() => shop.types().includes('payment_intent.amount_capturable_updated'));
    expect(shop.types()).toContain('payment_intent.requires_action');
  });

  it('requires another payment method when the buyer declines', async () => {
    const shop = await aReceiver();
    const { stripe, answer, id } = await aChallengedPayment(undefined, shop.url);

    const response = await answer('decline');

    expect(response.status).toBe(303);
    expect(redirectParams(response)).toMatchObject({ redirect_status: 'failed' });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    await until(() => shop.types().includes('payment_intent.payment_failed'));
    expect((await stripe.paymentIntents.confirm(id, token('tok_visa'))).status).toBe('requires_capture');
  });

  it('returns 409 for a second answer', async () => {
    const { bank, answer, control, id } = await aChallengedPayment();
    await answer('approve');

    const again = await answer('decline');
    const page = await fetch(bank);

    expect([again.status, page.status]).toEqual([409, 409]);
    expect(await page.text()).toContain('You have already approved this payment.');
    expect(await control('GET', '/ledger')).toMatchObject([{ id, holds: 1, held: 1999 }]);
  });

  it('returns 409 when the payment is canceled', async () => {
    const { stripe, bank, answer, id } = await aChallengedPayment();
    await stripe.paymentIntents.cancel(id);

    const page = await fetch(bank);

    expect(await page.text()).toContain('Your card was not charged');
    expect((await answer('approve')).status).toBe(409);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('canceled');
  });

  it('redirects to the home page of the shop when the confirm had no return_url', async () => {
    const { answer } = await aChallengedPayment({});

    expect((await answer('approve')).headers.get('location')).toMatch(
      /^http:\/\/shop\.test\/\?payment_intent=pi_/,
    );
  });

  it('shows a 404 page for an unknown payment', async () => {
    const { url } = await anEmulator();

    for (const address of ['pi_unknown', 'pi_unknown/approve', '', '%3Cscript%3E']) {
      const response = await fetch(`${url}/stripe-emulator/bank/${address}`);
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('Payment not found');
    }
  });

  it('is approved or declined through POST /_emulator/intents/:id/authenticate', async () => {
    const { control, stripe, id } = await aChallengedPayment();
    await control('POST', `/intents/${id}/authenticate`, { outcome: 'failure' });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');

    await stripe.paymentIntents.confirm(id, token('tok_threeDSecure2Required'));
    expect(await control('POST', `/intents/${id}/authenticate`, { outcome: 'success' })).toMatchObject({
      status: 'requires_capture',
    });
    expect(await control('POST', `/intents/${id}/authenticate`, { outcome: 'success' })).toMatchObject({
      error: { code: 'payment_intent_unexpected_state' },
    });
    expect(await errorOf(stripe.paymentIntents.confirm(id))).toMatchObject({ statusCode: 400 });
  });
});
