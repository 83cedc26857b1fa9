import { createHmac } from 'node:crypto';
import type fc from 'fast-check';
import request from 'supertest';
import { newId } from '@ticketing/common';
import type { Service } from '../../payments/test/fixtures.ts';
import { WEBHOOK_SECRETS } from '../../payments/test/fixtures.ts';
import type { Model } from './payments-model.ts';

export type Command = fc.AsyncCommand<Model, Service>;

/** Delivers one version of the order to payments. */
export async function deliverOrder(service: Service, { orderEvents }: Model, version: number) {
  const order = orderEvents[version];
  if (!order) throw new Error(`The order has no version ${version}`);
  const isEnd = order.status === 'cancelled' && orderEvents[version - 1]?.status !== 'cancelled';
  const name = version === 0 ? 'order:created' : isEnd ? 'order:cancelled' : 'order:updated';
  expect(await service.bus.deliver(name, order)).toBe('ack');
}

/** Payments handles the latest event of the order, or an older one. */
export class HandleOrder implements Command {
  readonly back: number;
  readonly times: number;
  constructor(back: number, times: number) {
    this.back = back;
    this.times = times;
  }
  check = () => true;
  async run(model: Model, service: Service) {
    const version = Math.max(model.orderEvents.length - 1 - this.back, 0);
    await Promise.all(Array.from({ length: this.times }, () => deliverOrder(service, model, version)));
    model.handleOrder(version);
    await model.assertSame(service);
  }
  toString = () =>
    `payments handles the order's ${this.back ? `event ${this.back} before the last` : 'last event'}` +
    (this.times > 1 ? `, ${this.times} times at once` : '');
}

/** Orders handles the latest event of the payment, or an older one. */
export class HandlePayment implements Command {
  readonly back: number;
  constructor(back: number) {
    this.back = back;
  }
  check = ({ published }: Readonly<Model>) => published.length > 0;
  run(model: Model) {
    const event = model.published.at(-1 - this.back) ?? model.published[0];
    if (event)
      model.applyFactToOrder({ event: event.name, payment: { id: model.order.id, status: event.status } });
    return Promise.resolve();
  }
  toString = () =>
    `orders handles the payment's ${this.back ? `event ${this.back} before the last` : 'last event'}`;
}

/** The buyer cancels the order, or it expires. */
export class EndOrder implements Command {
  readonly event: 'order:cancelled' | 'expiration:complete';
  constructor(event: EndOrder['event']) {
    this.event = event;
  }
  check = () => true;
  run(model: Model) {
    model.applyFactToOrder({ event: this.event });
    return Promise.resolve();
  }
  toString = () => `the order handles ${this.event}`;
}

export async function intentIdOf(service: Service, { order }: Model): Promise<string> {
  return (await service.find(order.id)).intent?.id ?? '';
}

/** Stripe sends twice a webhook that is outdated or wrong. */
export class Webhook implements Command {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
  check = ({ ledger }: Readonly<Model>) => ledger !== undefined;
  async run(model: Model, service: Service) {
    const { id } = model.order;
    const object = {
      id: await intentIdOf(service, model),
      object: 'payment_intent',
      metadata: { orderId: id },
    };
    const body = JSON.stringify({ id: `evt_${newId()}`, object: 'event', type: this.type, data: { object } });
    const at = Math.floor(Date.now() / 1000);
    const signed = createHmac('sha256', WEBHOOK_SECRETS[0] ?? '').update(`${at}.${body}`);
    const header = `t=${at},v1=${signed.digest('hex')}`;
    const send = () =>
      request(service.server)
        .post('/api/payments/webhook')
        .set('Content-Type', 'application/json; charset=utf-8')
        .set('Stripe-Signature', header)
        .send(body);
    await Promise.all([send().expect(200), send().expect(200)]);
    await model.assertSame(service);
  }
  toString = () => `two webhooks of type ${this.type}`;
}

/** The worker settles a payment that is due. */
export class RunWorker implements Command {
  check = ({ handled }: Readonly<Model>) => handled >= 0;
  async run(model: Model, service: Service) {
    await service.worker.settle(await service.find(model.order.id), 'background');
    await model.assertSame(service);
  }
  toString = () => 'the worker settles the payment';
}

/** Orders and payments handle each other's latest event. */
export class Exchange implements Command {
  check = () => true;
  async run(model: Model, service: Service) {
    const payment = new HandlePayment(0);
    if (payment.check(model)) await payment.run(model);
    await new HandleOrder(0, 1).run(model, service);
  }
  toString = () => "orders and payments handle each other's latest event";
}
