import request from 'supertest';
import { eventually } from '@ticketing/common/testing';
import type { ChargeStatus } from '../../payments/src/charge.ts';
import type { Service } from '../../payments/test/fixtures.ts';
import { asSeller } from '../../payments/test/fixtures.ts';
import type { Command } from './payments-event-commands.ts';
import { deliverOrder, intentIdOf } from './payments-event-commands.ts';
import type { Model, Token } from './payments-model.ts';
import { cards } from './payments-model.ts';

/** A payment with a card; without a token, the Payment Element requests its secret. */
export class Pay implements Command {
  readonly token: Token | undefined;
  constructor(token: Token | undefined) {
    this.token = token;
  }
  check = ({ handled }: Readonly<Model>) => handled >= 0;
  async run(model: Model, service: Service) {
    const { status, body } = await service.pay(model.order, this.token);
    // A response that came before Stripe answered only says that the payment is pending.
    const isSlow = status === 201 && body.status === 'pending';
    const expected = this.expected(model);
    if (!isSlow)
      expect({ status, is: body.status }).toEqual({ status: expected, is: shown(model, expected) });
    await model.assertSame(service);
  }
  private expected(model: Model): number {
    if (model.charge === 'authorized' || model.charge === 'captured') return 200;
    if (model.handledStatus !== 'created') return 409;
    if (!this.token) {
      if (model.charge !== 'none') return 200;
      model.setCharge('open');
      return 201;
    }
    if (model.charge === 'requires_action') return 409;
    model.tryCard(this.token);
    return cards[this.token] === 'bad' ? 402 : 201;
  }
  toString = () => (this.token ? `the buyer pays with ${this.token}` : 'the buyer opens the Payment Element');
}

function shown({ charge }: Model, answer: number): ChargeStatus | undefined {
  return answer < 300 ? charge : undefined;
}

/** Two payments with the same good card at once. */
export class PayTwice implements Command {
  check = ({ handledStatus, charge }: Readonly<Model>) =>
    handledStatus === 'created' && (charge === 'none' || charge === 'open');
  async run(model: Model, service: Service) {
    const answers = await Promise.all([1, 2].map(() => service.pay(model.order, 'tok_visa')));
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
    model.tryCard('tok_visa');
    await model.assertSame(service);
  }
  toString = () => 'the buyer pays with tok_visa twice at once';
}

/** The bank answers 3-D Secure. */
export class AnswerBank implements Command {
  readonly outcome: 'success' | 'failure';
  constructor(outcome: AnswerBank['outcome']) {
    this.outcome = outcome;
  }
  check = ({ charge }: Readonly<Model>) => charge === 'requires_action';
  async run(model: Model, service: Service) {
    await service.emulator.authenticate(await intentIdOf(service, model), this.outcome);
    await service.makeDue(model.order.id); // its webhook may be lost
    if (this.outcome === 'success') model.setCharge('authorized');
    else model.decline();
    await model.assertSame(service);
  }
  toString = () => `the bank answers ${this.outcome}`;
}

/** The buyer confirms in the browser, without the service. */
export class Confirm implements Command {
  readonly token: Token;
  constructor(token: Token) {
    this.token = token;
  }
  check = ({ charge }: Readonly<Model>) => charge === 'open';
  async run(model: Model, service: Service) {
    await service.emulator.confirmAsBuyer(await intentIdOf(service, model), this.token);
    await service.makeDue(model.order.id);
    model.tryCard(this.token);
    await model.assertSame(service);
  }
  toString = () => `the buyer confirms ${this.token} in the Payment Element`;
}

export class Refund implements Command {
  check = ({ handled }: Readonly<Model>) => handled >= 0;
  async run(model: Model, service: Service) {
    const { status } = await request(service.server)
      .post(`/api/payments/${model.order.id}/refund`)
      .set('Cookie', asSeller);
    expect(status).toBe(this.expected(model));
    if (status === 202) model.setCharge('refunded');
    await model.assertSame(service);
  }
  private expected({ charge, handledStatus }: Model): number {
    if (charge === 'none') return 404;
    if (charge === 'refunded') return 200;
    return charge === 'captured' && handledStatus === 'complete' ? 202 : 409;
  }
  toString = () => 'the seller refunds';
}

/** The order expires, and payments handles that, at the moment when its buyer pays. */
export class ExpireWhilePaying implements Command {
  readonly act: 'pays' | 'confirms' | 'answers the bank';
  constructor(act: ExpireWhilePaying['act']) {
    this.act = act;
  }
  check = ({ order, handledStatus, charge }: Readonly<Model>) => {
    if (order.status !== 'created' || handledStatus !== 'created') return false;
    if (this.act === 'answers the bank') return charge === 'requires_action';
    return charge === 'open' || (charge === 'none' && this.act === 'pays');
  };
  async run(model: Model, service: Service) {
    const intentId = await intentIdOf(service, model);
    model.applyFactToOrder({ event: 'expiration:complete' });
    const { id } = model.order;
    const last = model.orderEvents.length - 1;
    const [, answer] = await Promise.all([
      deliverOrder(service, model, last),
      this.pay(service, model, intentId),
    ]);
    const isTried =
      model.charge !== 'none' || answer?.status === 201 || (await service.find(id)).status !== 'none';
    if (answer?.status !== 201) expect([undefined, 409]).toContain(answer?.status);
    if (isTried) await service.reaches(id, 'voided');

    // The payment may have been authorized in between; only that it no longer is matters.
    const [line] = await service.emulator.ledger(id);
    await eventually(() => !isTried || service.published(id).at(-1)?.status === 'voided');
    if (service.published(id)[0]?.status === 'authorized') model.setCharge('authorized');
    model.handleOrder(model.orderEvents.length - 1);
    if (isTried && model.charge !== 'voided') model.setCharge('voided');
    model.ledger = line && {
      holds: line.holds,
      declines: model.ledger?.declines ?? 0,
      captures: 0,
      refunds: 0,
    };
    expect(line?.holds ?? 0).toBeLessThanOrEqual(1);
    await model.assertSame(service);
  }
  private async pay(service: Service, model: Model, intentId: string) {
    if (this.act === 'pays') return service.pay(model.order, 'tok_visa');
    if (this.act === 'confirms') await service.emulator.confirmAsBuyer(intentId, 'tok_visa');
    else await service.emulator.authenticate(intentId, 'success');
    return undefined;
  }
  toString = () => `the order expires while its buyer ${this.act}`;
}
