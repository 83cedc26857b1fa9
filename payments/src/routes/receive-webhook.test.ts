import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { newId } from '@ticketing/common';
import { eventually, recordingLog } from '@ticketing/common/testing';
import type { Service } from '../../test/fixtures.ts';
import { anOrder, aPaymentsService, WEBHOOK_SECRETS } from '../../test/fixtures.ts';
import { db } from '../db.ts';
import { payments } from '../models/payment.ts';

const { log, security } = recordingLog();
let service: Service;
beforeAll(async () => {
  service = await aPaymentsService({ log });
});
afterAll(() => service.close());
afterEach(() => service.emulator.heal());

function signature(body: string, secret: string, at = Math.floor(Date.now() / 1000)): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}

function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

function anEvent(intentId: string, orderId: string, type = 'payment_intent.succeeded'): string {
  const object = { id: intentId, object: 'payment_intent', metadata: { orderId }, status: 'succeeded' };
  return JSON.stringify({ id: `evt_${newId()}`, object: 'event', type, data: { object } });
}

function send(body: string, header = signature(body, WEBHOOK_SECRETS[0] ?? '')) {
  return request(service.server)
    .post('/api/payments/webhook')
    .set('Content-Type', 'application/json; charset=utf-8')
    .set('Stripe-Signature', header)
    .send(body);
}

const inbox = () => db.connection.collection<{ _id: string }>('stripeevents');

/** An order whose buyer confirms in the Payment Element, with the worker kept from looking by itself. */
async function anOpenPayment(fault: object) {
  const order = anOrder();
  await service.bus.deliver('order:created', order);
  await service.pay(order).expect(201);
  const { intent } = await service.find(order.id);
  const lastLook = { lookedAt: new Date(0), since: new Date(0), dueAt: new Date(Date.now() + 3_600_000) };
  await payments().updateOne({ _id: order.id }, { $set: lastLook });
  await service.emulator.faults(fault);
  await service.emulator.confirmAsBuyer(intent?.id ?? '', 'tok_visa');
  return { order, intentId: intent?.id ?? '' };
}

describe('POST /api/payments/webhook', () => {
  it('refreshes the payment at once', async () => {
    const { order } = await anOpenPayment({});
    await service.reaches(order.id, 'authorized');
  });

  it('takes the state from the PaymentIntent, not from the event', async () => {
    const { order, intentId } = await anOpenPayment({ webhooks: { dropRate: true } });

    await send(anEvent(intentId, order.id, 'payment_intent.succeeded')).expect(200);

    await service.reaches(order.id, 'authorized');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captured: 0 }]);
  });

  it('changes nothing when it arrives twice, late, or for a payment that has ended', async () => {
    const { order, intentId } = await anOpenPayment({ webhooks: { dropRate: true } });
    const event = anEvent(intentId, order.id);
    await Promise.all(Array.from({ length: 10 }, () => send(event).expect(200)));
    await service.reaches(order.id, 'authorized');
    await service.bus.deliver('order:cancelled', {
      ...order,
      version: 1,
      status: 'cancelled',
      reason: 'buyer',
    });
    await service.reaches(order.id, 'voided');

    await send(event).expect(200);
    await send(anEvent(intentId, order.id, 'payment_intent.amount_capturable_updated')).expect(200);

    await eventually(() => service.published(order.id).length === 2);
    expect(await service.find(order.id)).toMatchObject({ status: 'voided', version: 2 });
    const { id } = JSON.parse(event) as { id: string };
    expect(await inbox().countDocuments({ _id: id })).toBe(1);
  });

  it('stores no event that repeats what the answers to the calls of this process have said', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    const { intent } = await service.find(order.id);
    const event = anEvent(intent?.id ?? '', order.id, 'payment_intent.amount_capturable_updated');

    await send(event).expect(200, { received: true });

    expect(await inbox().countDocuments({ intentId: intent?.id ?? '' })).toBe(0);
  });

  it('stores an event of an unknown payment and creates nothing from it', async () => {
    const orderId = newId();
    const event = anEvent('pi_unknown', orderId);

    await send(event).expect(200);

    expect(await inbox().countDocuments({ intentId: 'pi_unknown' })).toBe(1);
    expect(await payments().countDocuments({ _id: orderId })).toBe(0);
  });

  it('accepts both signing secrets during a rotation', async () => {
    for (const secret of WEBHOOK_SECRETS) {
      const event = anEvent('pi_unknown', newId());
      await send(event, signature(event, secret)).expect(200);
    }
  });

  it.each<[string, (body: string) => string]>([
    ['of another secret', (body) => signature(body, 'whsec_forged')],
    ['of another body', () => signature('{}', WEBHOOK_SECRETS[0] ?? '')],
    ['older than five minutes', (body) => signature(body, WEBHOOK_SECRETS[0] ?? '', inSeconds(-301))],
    ['five minutes ahead', (body) => signature(body, WEBHOOK_SECRETS[0] ?? '', inSeconds(301))],
    ['years ahead', (body) => signature(body, WEBHOOK_SECRETS[0] ?? '', inSeconds(1e9))],
    ['without a time', (body) => signature(body, WEBHOOK_SECRETS[0] ?? '').replace(/^t=\d+,/, '')],
    ['with two times', (body) => `t=1,${signature(body, WEBHOOK_SECRETS[0] ?? '', inSeconds(301))}`],
    ['that is nonsense', () => 'nonsense'],
    ['that is empty', () => ''],
  ])('returns 400 for a signature %s', async (_, sign) => {
    const event = anEvent('pi_forged', newId());
    // The time does not advance here: a signature 301 s ahead is 300 s ahead, and accepted, when the request takes a moment.
    jest.spyOn(Date, 'now').mockReturnValue(Date.now());

    const { headers } = await send(event, sign(event)).expect(400, /bad_signature/);

    const requestId = headers['x-request-id'];
    expect(security('webhook_refused').filter((line) => line['requestId'] === requestId)).toHaveLength(1);

    expect(await inbox().countDocuments({ intentId: 'pi_forged' })).toBe(0);
  });

  it('returns 400 for an empty request', async () => {
    await request(service.server).post('/api/payments/webhook').expect(400);
  });
});

describe('POST /api/payments/webhook with a signed body of an unexpected shape', () => {
  it.each<[string, object]>([
    ['an unknown type', { type: 'customer.created', data: { object: { id: 'cus_1', object: 'customer' } } }],
    ['an unknown type without an object', { type: 'balance.available', data: { object: null } }],
    ['a thin event of API v2', { object: 'v2.core.event', type: 'v2.core.account.updated' }],
    [
      'a charge without a PaymentIntent',
      { type: 'charge.succeeded', data: { object: { id: 'ch_1', object: 'charge', payment_intent: null } } },
    ],
  ])('returns 200 for %s and stores it', async (_, event) => {
    const id = `evt_${newId()}`;

    await send(JSON.stringify({ id, ...event })).expect(200, { received: true });

    expect(await inbox().countDocuments({ _id: id })).toBe(1);
  });

  const about = (object: unknown) => ({ id: 'evt_1', type: 'payment_intent.succeeded', data: { object } });
  it.each<[string, string]>([
    ['no JSON', '{'],
    ['null', 'null'],
    ['a string', '"evt_1"'],
    ['a list', '[]'],
    ['an event without an id', JSON.stringify({ ...about({}), id: undefined })],
    ['an event with a number as its id', JSON.stringify({ ...about({}), id: 1 })],
    ['an event without a type', JSON.stringify({ ...about({}), type: undefined })],
    ['a payment event without data', JSON.stringify({ ...about({}), data: undefined })],
    ['a payment event whose object is null', JSON.stringify(about(null))],
    ['a payment event whose object has no id', JSON.stringify(about({ object: 'payment_intent' }))],
    [
      'a payment event with an operator in place of an order id',
      JSON.stringify(about({ object: 'payment_intent', id: 'pi_1', metadata: { orderId: { $ne: 1 } } })),
    ],
  ])('returns 400 malformed_event for %s', async (_, body) => {
    await send(body).expect(400, /malformed_event/);
    expect(await inbox().countDocuments({ _id: 'evt_1' })).toBe(0);
  });
});

describe('POST /api/payments/webhook from a client that sends slowly or much', () => {
  const wellFormed = `t=1,v1=${'0'.repeat(64)}`;
  const sent: ClientRequest[] = [];
  afterEach(async () => {
    await Promise.all(sent.splice(0).map((req) => closed(req.destroy())));
  });

  /** Unlike `once`, also resolves after an error. */
  function closed(req: ClientRequest) {
    return new Promise<void>((resolve) => (req.closed ? resolve() : req.once('close', resolve)));
  }

  /** Sends the head and the first byte of a webhook. */
  function begin(header: string, address = '192.0.2.1') {
    const { port } = service.server.address() as AddressInfo;
    const req = httpRequest({
      ...{ host: '127.0.0.1', port, path: '/api/payments/webhook', method: 'POST', agent: false },
      headers: { 'stripe-signature': header, 'content-length': 100, 'x-forwarded-for': address },
    });
    req.on('error', () => undefined);
    req.write('{');
    sent.push(req);
    return req;
  }
  async function response(req: ClientRequest) {
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const body = JSON.parse((await res.setEncoding('utf8').toArray()).join('')) as {
      errors: { code: string }[];
    };
    return [res.statusCode, body.errors[0]?.code, res.headers['retry-after']];
  }

  it.each(['', 'nonsense', 't=1', `v1=${'0'.repeat(64)}`, 't=1,v1=0', `t=1,t=2,v1=${'0'.repeat(64)}`])(
    'returns 400 before the body has arrived when the signature is "%s"',
    async (header) => {
      expect(await response(begin(header))).toEqual([400, 'bad_signature', undefined]);
    },
  );

  it('returns 413 above 256 kB', async () => {
    await send('x'.repeat(256 * 1_024 + 1), wellFormed).expect(413, /body_too_large/);
  });

  it('reads 64 bodies of one client at once, closes the oldest for more, and still reads those of others', async () => {
    const first = begin(wellFormed);
    for (let n = 1; n < 480; n++) begin(wellFormed);
    await closed(first);

    const event = anEvent('pi_unknown', newId());
    await send(event).expect(200);
  });

  it('returns 503 overloaded with Retry-After while 128 bodies are arriving', async () => {
    const answers: Promise<unknown>[] = [];
    for (let n = 0; n < 129; n++) answers.push(response(begin(wellFormed, `192.0.2.${n % 3}`)));

    expect(await Promise.race(answers)).toEqual([503, 'overloaded', '1']);
  });
});
