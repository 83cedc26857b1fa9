import request from 'supertest';
import { newId } from '@ticketing/common';
import { eventually, metricValue } from '@ticketing/common/testing';
import type { Service } from '../../test/fixtures.ts';
import { anOrder, aPaymentsService, asBuyer, asStranger } from '../../test/fixtures.ts';

let service: Service;
beforeAll(async () => {
  service = await aPaymentsService();
});
afterAll(() => service.close());
afterEach(async () => {
  service.onCrashPoint = () => undefined;
  await service.emulator.heal();
});

async function aReservedOrder(overrides: Parameters<typeof anOrder>[0] = {}) {
  const order = anOrder(overrides);
  await service.bus.deliver('order:created', order);
  return order;
}

function post(body: object | string, cookie = asBuyer) {
  return request(service.server)
    .post('/api/payments')
    .set('Cookie', cookie)
    .set('Content-Type', 'application/json')
    .send(body);
}

describe('POST /api/payments with a card', () => {
  it('counts payments by status and declines by their code, each of which exists before the first', async () => {
    const counts = () =>
      Promise.all([
        metricValue('ticketing_payments_total', { status: 'authorized' }),
        metricValue('ticketing_payment_attempts_failed_total', { outcome: 'declined' }),
        metricValue('ticketing_payment_declines_total', { code: 'insufficient_funds' }),
        metricValue('ticketing_payment_declines_total', { code: 'other' }),
      ]);
    const before = await counts();
    const order = await aReservedOrder();

    await service.pay(order, 'tok_chargeDeclinedInsufficientFunds').expect(402);
    await service.pay(order, 'tok_visa').expect(201);
    await service.pay(order, 'tok_visa').expect(200);

    const [paid = NaN, declined = NaN, insufficient = NaN, other = NaN] = before;
    expect(await counts()).toEqual([paid + 1, declined + 1, insufficient + 1, other]);
  });

  it.each([
    ['tok_chargeDeclinedInsufficientFunds', 'insufficient_funds', 'Your card has insufficient funds.'],
    ['tok_chargeDeclined', 'generic_decline', 'Your card was declined.'],
    ['tok_chargeDeclinedExpiredCard', 'expired_card', 'Your card has expired.'],
    ['tok_chargeDeclinedIncorrectCvc', 'incorrect_cvc', "Your card's security code is incorrect."],
    ['tok_chargeDeclinedProcessingError', 'processing_error', expect.any(String)],
    ['tok_chargeDeclinedLostCard', 'generic_decline', 'Your card was declined.'],
    ['tok_chargeDeclinedStolenCard', 'generic_decline', 'Your card was declined.'],
    ['tok_chargeDeclinedFraudulent', 'generic_decline', 'Your card was declined.'],
  ])(
    'returns 402 for %s with decline code %s, and accepts another card',
    async (token, declineCode, message) => {
      const order = await aReservedOrder();

      const { body } = await service.pay(order, token).expect(402);

      expect(body.errors).toEqual([{ code: 'card_declined', declineCode, message }]);
      const shown = await request(service.server)
        .get(`/api/payments/${order.id}`)
        .set('Cookie', asBuyer)
        .expect(200);
      expect(shown.body).toMatchObject({ status: 'open', declineCode, message });
      expect(service.published(order.id)).toEqual([]);
      await service.pay(order, 'tok_mastercard').expect(201, /authorized/);
      expect(await service.emulator.ledger(order.id)).toMatchObject([{ declines: 1, holds: 1, held: 4550 }]);
    },
  );

  it('accepts a payment method as well as a token', async () => {
    const order = await aReservedOrder();

    await service.pay(order, 'pm_card_visa').expect(201, /authorized/);
  });

  it('returns requires_action with the URL of the bank when the card needs 3-D Secure', async () => {
    const order = await aReservedOrder();
    const { body } = await service.pay(order, 'tok_threeDSecure2Required').expect(201);
    const { intent } = await service.find(order.id);
    expect(body).toMatchObject({
      status: 'requires_action',
      nextActionUrl: `http://tickets.test/stripe-emulator/bank/${intent?.id}`,
    });
    await service.pay(order, 'tok_visa').expect(409, /payment_in_progress/);

    await service.emulator.authenticate(intent?.id ?? '', 'success');

    await service.reaches(order.id, 'authorized');
  });

  it('accepts another card after a failed 3-D Secure authentication', async () => {
    const order = await aReservedOrder();
    await service.pay(order, 'tok_threeDSecure2Required').expect(201);
    const { intent } = await service.find(order.id);

    await service.emulator.authenticate(intent?.id ?? '', 'failure');

    await service.reaches(order.id, 'open');
    const shown = await request(service.server)
      .get(`/api/payments/${order.id}`)
      .set('Cookie', asBuyer)
      .expect(200);
    expect(shown.body).toMatchObject({
      status: 'open',
      declineCode: 'authentication_failure',
      message: 'Your bank did not confirm that it was you. You were not charged.',
    });
    await service.pay(order, 'tok_visa').expect(201, /authorized/);
  });

  it('charges once for fifty simultaneous requests', async () => {
    const order = await aReservedOrder();

    const answers = await Promise.all(Array.from({ length: 50 }, () => service.pay(order, 'tok_visa')));

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers)
      if (status === 409) expect(body.errors[0].code).toBe('payment_in_progress');
      else expect([200, 201]).toContain(status);
    await service.reaches(order.id, 'authorized');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ holds: 1, held: 4550 }]);
    await service.pay(order, 'tok_visa').expect(200, /authorized/);
    expect((await service.find(order.id)).attempts).toHaveLength(1);
  });

  it('returns 201 pending after about four seconds and finishes in the background', async () => {
    const order = await aReservedOrder();
    const began = Date.now();

    await service.pay(order, 'tok_slowBank').expect(201, /"pending"/);

    expect(Date.now() - began).toBeLessThan(8_000); // when the bank answers
    await service.pay(order, 'tok_visa').expect(409, /payment_in_progress/);
    await service.reaches(order.id, 'authorized');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ holds: 1, held: 4550 }]);
  });

  it('finds out the outcome when the connection was lost after the charge', async () => {
    const order = await aReservedOrder();

    await service.pay(order, 'tok_connectionLost').expect(201);

    await service.reaches(order.id, 'authorized');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ holds: 1, held: 4550 }]);
  });

  it('finishes an attempt when every response is lost after its effect', async () => {
    const order = await aReservedOrder();
    await service.emulator.faults({ operation: ['create', 'confirm'], resetAfterEffect: true });

    await service.pay(order, 'tok_visa').expect(201, /"pending"/);
    await service.emulator.heal();

    await service.reaches(order.id, 'authorized');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ holds: 1, held: 4550 }]);
  });

  it('trusts the PaymentIntent over a 5xx that had its effect', async () => {
    const order = await aReservedOrder();
    await service.emulator.faults({ operation: 'confirm', errorAfterEffect: true });

    await service.pay(order, 'tok_visa').expect(201, /"authorized"/);
  });

  it('returns processing_error for a 5xx without effect, and accepts another card', async () => {
    const order = await aReservedOrder();
    await service.emulator.faults({ operation: 'confirm', errorRate: true, count: 1 });

    const { body } = await service.pay(order, 'tok_visa').expect(402);

    expect(body.errors).toMatchObject([{ code: 'card_declined', declineCode: 'processing_error' }]);
    await service.pay(order, 'tok_visa').expect(201, /"authorized"/);
  });

  it.each([
    ['without effect', 'errorRate'],
    ['after its effect', 'errorAfterEffect'],
  ])('creates one PaymentIntent although the call failed %s', async (_, fault) => {
    const order = await aReservedOrder();
    await service.emulator.faults({ operation: 'create', [fault]: true, count: 1 });

    await service.pay(order, 'tok_visa').expect(201, /"authorized"/);

    expect(await service.emulator.ledger(order.id)).toHaveLength(1);
  });

  it('returns 400 with the message of Stripe for an unknown token', async () => {
    const order = await aReservedOrder();

    const { body } = await service.pay(order, 'tok_nosuchcard').expect(400);

    expect(body.errors).toEqual([{ field: 'token', message: expect.stringContaining('tok_nosuchcard') }]);
    await service.pay(order, 'tok_visa').expect(201);
  });

  it('waits for the replica of an order created a moment ago', async () => {
    const order = anOrder();
    const answer = service.pay(order, 'tok_visa').expect(201);
    setTimeout(() => void service.bus.deliver('order:created', order), 300);

    expect((await answer).body).toMatchObject({ status: 'authorized' });
  });
});

describe('POST /api/payments for an order that Stripe refuses for good', () => {
  const tooSmall = [{ code: 'amount_too_small', message: 'Amount must be at least $0.50 usd' }];

  it.each([
    ['a card', 'tok_visa'],
    ['the Payment Element', undefined],
  ])('returns the same 409 amount_too_small each time to %s', async (_, token) => {
    const order = await aReservedOrder({ ticket: { amount: 10 } });

    for (const next of [token, token, 'tok_visa', undefined]) {
      const { body } = await service.pay(order, next).expect(409);
      expect(body.errors).toMatchObject(tooSmall);
    }
    expect((await service.find(order.id)).attempts).toHaveLength(1);
    expect(await service.emulator.ledger(order.id)).toEqual([]);
  });

  it('returns the same 409 when the first answer of Stripe was lost', async () => {
    const order = await aReservedOrder({ ticket: { amount: 10 } });
    await service.emulator.faults({ operation: 'create', resetAfterEffect: true, count: 2 });
    await service.pay(order).expect(503);

    await eventually(async () => (await service.find(order.id)).refusal);

    expect((await service.pay(order).expect(409)).body.errors).toMatchObject(tooSmall);
  });

  it('is not retried by the worker, and ends when the order is cancelled', async () => {
    const order = await aReservedOrder({ ticket: { amount: 10 } });
    await service.pay(order).expect(409);
    expect((await service.find(order.id)).dueAt).toBeUndefined();

    await service.bus.deliver('order:cancelled', {
      ...order,
      version: 1,
      status: 'cancelled',
      reason: 'buyer',
    });

    await service.reaches(order.id, 'voided');
    await service.pay(order).expect(409, /order_final/);
  });
});

describe('POST /api/payments for the Payment Element', () => {
  it('returns the client secret of one PaymentIntent, however often it is called', async () => {
    const order = await aReservedOrder();

    const answers = await Promise.all(Array.from({ length: 10 }, () => service.pay(order)));

    const { intent } = await service.find(order.id);
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(9).fill(200), 201]);
    for (const { body } of answers)
      expect(body).toMatchObject({
        status: 'open',
        clientSecret: intent?.clientSecret,
        publishableKey: 'pk_test_payments',
      });
    expect(await service.emulator.ledger(order.id)).toHaveLength(1);
  });

  it('follows a confirmation by the buyer, after a decline', async () => {
    const order = await aReservedOrder();
    await service.pay(order).expect(201);
    const { intent } = await service.find(order.id);
    await service.emulator.confirmAsBuyer(intent?.id ?? '', 'tok_chargeDeclined');

    await service.emulator.confirmAsBuyer(intent?.id ?? '', 'tok_visa');

    await service.reaches(order.id, 'authorized');
    await eventually(() => service.published(order.id).length === 1);
    await service.pay(order).expect(200, /authorized/);
  });
});

describe('POST /api/payments returns an error for', () => {
  it('a request without a session (401)', async () => {
    await request(service.server)
      .post('/api/payments')
      .send({ orderId: newId(), token: 'tok_visa' })
      .expect(401);
  });

  it.each([
    ['nothing', {}, 'orderId'],
    ['an id of another type', { orderId: 7, token: 'tok_visa' }, 'orderId'],
    ['an operator for an id', { orderId: { $ne: 1 }, token: 'tok_visa' }, 'orderId'],
    ['a malformed id', { orderId: 'abc', token: 'tok_visa' }, 'orderId'],
    ['a token of another type', { orderId: newId(), token: 1 }, 'token'],
    ['an operator for a token', { orderId: newId(), token: { $ne: 1 } }, 'token'],
    ['a card number', { orderId: newId(), token: '4242424242424242' }, 'token'],
    ['an empty token', { orderId: newId(), token: '' }, 'token'],
    ['an enormous token', { orderId: newId(), token: `tok_${'x'.repeat(5000)}` }, 'token'],
  ])('%s (400)', async (_, body, field) => {
    const answer = await post(body).expect(400);
    expect(answer.body.errors).toEqual([{ message: expect.any(String), field }]);
  });

  it('a body that is not JSON, too large or malformed (415, 413, 400)', async () => {
    await post('{').expect(400, /malformed_json/);
    await post({ orderId: newId(), token: 'x'.repeat(200_000) }).expect(413);
    await request(service.server)
      .post('/api/payments')
      .set('Cookie', asBuyer)
      .type('form')
      .send({ orderId: newId() })
      .expect(415);
  });

  it('an unknown order (404), without waiting when its id is old', async () => {
    await post({ orderId: `5${newId().slice(1)}`, token: 'tok_visa' }).expect(404);
  });

  it('the order of another buyer (403)', async () => {
    const order = await aReservedOrder();
    await post({ orderId: order.id, token: 'tok_visa' }, asStranger).expect(403);
    expect(await service.emulator.ledger(order.id)).toEqual([]);
  });

  it('an overdue order that has not been expired yet (409)', async () => {
    const order = await aReservedOrder({ expiresAt: new Date(Date.now() - 1).toISOString() });
    await service.pay(order, 'tok_visa').expect(409, /order_expired/);
    await service.pay(order).expect(409, /order_expired/);
    expect(await service.emulator.ledger(order.id)).toEqual([]);
  });

  it('an order that is overdue by the clock of the database, whatever the local clock (409)', async () => {
    const order = await aReservedOrder({ expiresAt: new Date(Date.now() - 1).toISOString() });
    const anHourAgo = Date.now() - 3_600_000;
    jest.spyOn(Date, 'now').mockReturnValue(anHourAgo);

    await service.pay(order, 'tok_visa').expect(409, /order_expired/);

    expect(await service.emulator.ledger(order.id)).toEqual([]);
  });

  it.each([
    ['expired', 'order_expired'],
    ['buyer', 'order_final'],
    ['refused', 'order_final'],
  ] as const)('an order cancelled with reason %s (409 %s)', async (reason, code) => {
    const order = anOrder({ version: 3, status: 'cancelled', reason });
    await service.bus.deliver('order:cancelled', order);
    const { body } = await service.pay(order, 'tok_visa').expect(409);
    expect(body.errors).toMatchObject([{ code }]);
  });

  it('the thirty-first card of an order (429)', async () => {
    const order = await aReservedOrder();
    for (let n = 1; n <= 30; n++) await service.pay(order, 'tok_chargeDeclined').expect(402);

    const { headers } = await service.pay(order, 'tok_visa').expect(429, /card_attempts/);

    expect(headers['retry-after']).toBe('60');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ declines: 30, holds: 0 }]);
  });

  it('a foreign Origin (403)', async () => {
    await post({ orderId: newId() })
      .set('Origin', 'https://evil.example')
      .expect(403, /origin_refused/);
  });
});

describe('the Idempotency-Key of POST /api/payments', () => {
  const pay = (orderId: string, token: string, key: string) =>
    post({ orderId, token }).set('Idempotency-Key', key);

  it('returns the current payment for a repeated request', async () => {
    const { id } = await aReservedOrder();
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 5 }, () => pay(id, 'tok_visa', key)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    for (const { body } of answers) expect(['pending', 'authorized']).toContain(body.status);
    await pay(id, 'tok_visa', key).expect(200, /authorized/);
  });

  it('returns the recorded decline, even after another card was authorized', async () => {
    const { id } = await aReservedOrder();
    const key = newId();
    await pay(id, 'tok_chargeDeclinedExpiredCard', key).expect(402, /expired_card/);
    await pay(id, 'tok_visa', newId()).expect(201);

    await pay(id, 'tok_chargeDeclinedExpiredCard', key).expect(402, /expired_card/);

    expect(await service.emulator.ledger(id)).toMatchObject([{ declines: 1, holds: 1 }]);
  });

  it('returns 409 for other parameters, even of another order', async () => {
    const [one, other] = [await aReservedOrder(), await aReservedOrder()];
    const key = newId();
    await pay(one.id, 'tok_visa', key).expect(201);

    await pay(one.id, 'tok_mastercard', key).expect(409, /idempotency_key_reused/);
    await pay(other.id, 'tok_visa', key).expect(409, /idempotency_key_reused/);
  });

  it('can be reused when the request had no effect', async () => {
    const { id } = await aReservedOrder();
    const key = newId();
    await pay(id, 'tok_nosuchcard', key).expect(400);

    await pay(id, 'tok_visa', key).expect(201);
  });

  it('returns 400 for more than 128 characters', async () => {
    await pay(newId(), 'tok_visa', 'k'.repeat(129)).expect(400, /Idempotency-Key/);
  });
});
