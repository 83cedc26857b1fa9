import Stripe from 'stripe';
import { anAuthorizedIntent, anEmulator, cleanUp, errorOf, order, token } from '../test/fixture.ts';

afterEach(cleanUp);

describe('PaymentIntents', () => {
  it('authorizes on confirm and takes the money on capture', async () => {
    const { stripe } = await anEmulator();

    const created = await stripe.paymentIntents.create({
      ...order,
      metadata: { orderId: 'o1', userId: 'u1' },
    });
    const authorized = await stripe.paymentIntents.confirm(created.id, token('tok_visa'));
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
    expect(authorized).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 1999,
      amount_received: 0,
    });
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

  it('creates and confirms in one request, or confirms later with the card given at creation', async () => {
    const { stripe } = await anEmulator();

    const authorized = await stripe.paymentIntents.create({
      ...order,
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    const ready = await stripe.paymentIntents.create({ ...order, payment_method: 'pm_card_visa' });

    expect(authorized.status).toBe('requires_capture');
    expect(ready.status).toBe('requires_confirmation');
    expect((await stripe.paymentIntents.confirm(ready.id)).status).toBe('requires_capture');
  });

  it('releases the rest of the authorization on a partial capture', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorizedIntent(stripe);

    const tooMuch = await errorOf(stripe.paymentIntents.capture(id, { amount_to_capture: 2000 }));
    const captured = await stripe.paymentIntents.capture(id, { amount_to_capture: 500 });

    expect(tooMuch).toMatchObject({ code: 'amount_too_large', param: 'amount_to_capture' });
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 500, amount_capturable: 0 });
  });

  it('merges metadata on update and removes keys with an empty value', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create({ ...order, metadata: { a: '1', b: '2' } });

    const changed = await stripe.paymentIntents.update(id, { metadata: { b: '', c: '3' } });

    expect(changed.metadata).toEqual({ a: '1', c: '3' });
  });

  it('voids the authorization on cancel', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorizedIntent(stripe);

    const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });

    expect(canceled).toMatchObject({
      status: 'canceled',
      amount_capturable: 0,
      cancellation_reason: 'abandoned',
    });
    expect(canceled.canceled_at).toBeGreaterThan(0);
    expect(await errorOf(stripe.paymentIntents.capture(id))).toMatchObject({
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
  ])(
    '%s fails with 402 %s (%s), and a confirm with another card succeeds',
    async (card, code, declineCode) => {
      const { stripe } = await anEmulator();
      const { id } = await stripe.paymentIntents.create(order);

      const error = await errorOf(
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
    },
  );
});

describe('a capture that fails permanently', () => {
  it('keeps the authorization until it is canceled with tok_captureFails', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorizedIntent(stripe, 'tok_captureFails');

    const error = await errorOf(stripe.paymentIntents.capture(id));

    expect(error).toMatchObject({ statusCode: 400, code: 'charge_expired_for_capture' });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 1999,
    });
    expect((await stripe.paymentIntents.cancel(id)).status).toBe('canceled');
  });

  it('cancels the PaymentIntent with tok_captureCancels', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorizedIntent(stripe, 'tok_captureCancels');

    const error = await errorOf(stripe.paymentIntents.capture(id));

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

describe('an operation that the status does not allow', () => {
  it('fails with payment_intent_unexpected_state when a captured payment is captured or canceled', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorizedIntent(stripe);
    await stripe.paymentIntents.capture(id);

    const again = await errorOf(stripe.paymentIntents.capture(id));
    const cancel = await errorOf(stripe.paymentIntents.cancel(id));

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

  it('fails with payment_intent_unexpected_state when confirmed without a card', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create(order);

    const error = await errorOf(stripe.paymentIntents.confirm(id));

    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  });
});

describe('refunds', () => {
  it('fail for a part with a last digit that Stripe does not accept in the currency', async () => {
    const { stripe } = await anEmulator();
    const { id } = await stripe.paymentIntents.create({ ...order, amount: 12_340, currency: 'kwd' });
    await stripe.paymentIntents.confirm(id, token('tok_visa'));
    await stripe.paymentIntents.capture(id);

    const error = await errorOf(stripe.refunds.create({ payment_intent: id, amount: 1005 }));

    expect(error).toMatchObject({ statusCode: 400, code: 'invalid_charge_amount', param: 'amount' });
  });

  it('refund a part, then the rest, and fail with charge_already_refunded after that', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorizedIntent(stripe);
    await stripe.paymentIntents.capture(id);

    const part = await stripe.refunds.create({
      payment_intent: id,
      amount: 500,
      metadata: { orderId: 'o1' },
    });
    const tooMuch = await errorOf(stripe.refunds.create({ payment_intent: id, amount: 1500 }));
    const rest = await stripe.refunds.create({ payment_intent: id });
    const again = await errorOf(stripe.refunds.create({ payment_intent: id }));

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

  it('fail for a payment that is authorized but not captured', async () => {
    const { stripe } = await anEmulator();
    const { id } = await anAuthorizedIntent(stripe);

    const error = await errorOf(stripe.refunds.create({ payment_intent: id }));

    expect(error).toMatchObject({ statusCode: 400, param: 'payment_intent' });
  });
});
