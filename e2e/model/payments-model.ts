import type { EventData, PaymentStatus } from '@ticketing/common';
import type { Fact } from '../../orders/src/purchase.ts';
import type { ChargeStatus } from '../../payments/src/charge.ts';
import { findPayment } from '../../payments/src/models/payment.ts';
import type { Service } from '../../payments/test/fixtures.ts';
import { anOrder } from '../../payments/test/fixtures.ts';
import { rules } from './rules.ts';

type OrderEvent = EventData<'order:created'>;
export type PublishedEvent = { name: PaymentEvent; status: PaymentStatus; version: number };
type PaymentEvent = 'payment:authorized' | 'payment:created' | 'payment:failed' | 'payment:refunded';

/** What Stripe does with the card of a test token. */
export const cards = {
  tok_visa: 'good',
  tok_chargeDeclined: 'bad',
  tok_chargeDeclinedInsufficientFunds: 'bad',
  tok_threeDSecure2Required: 'requires action',
  tok_captureFails: 'good',
  tok_captureCancels: 'good',
} as const;
export type Token = keyof typeof cards;

const eventNames: Partial<Record<ChargeStatus, PaymentEvent>> = {
  authorized: 'payment:authorized',
  captured: 'payment:created',
  voided: 'payment:failed',
  failed: 'payment:failed',
  refunded: 'payment:refunded',
};

/** The expected state of one order, its payment and Stripe's ledger. */
export class Model {
  /** All events of the order; payments may have handled only some of them. */
  readonly orderEvents: OrderEvent[];
  /** The latest version of the order that payments has handled; -1 before the first. */
  handled = -1;
  charge: ChargeStatus = 'none';
  /** The card that was tried last. */
  token: Token | undefined;
  readonly published: PublishedEvent[] = [];
  /** What Stripe must have done; undefined before the first request. */
  ledger: { holds: number; declines: number; captures: number; refunds: number } | undefined;

  constructor() {
    this.orderEvents = [anOrder({ ticketConfirmed: true })];
  }

  get order(): OrderEvent {
    return this.orderEvents.at(-1) ?? anOrder();
  }

  get handledStatus() {
    return this.orderEvents[this.handled]?.status;
  }

  /** Applies a fact to the order, which publishes an event that payments has not handled yet. */
  applyFactToOrder(fact: Fact) {
    const changes = rules.orders.applyFact(this.order, fact);
    if (changes)
      this.orderEvents.push({
        ...this.order,
        ...(changes as Partial<OrderEvent>),
        version: this.orderEvents.length,
      });
  }

  handleOrder(version: number) {
    this.handled = Math.max(this.handled, version);
    const isCanceled = this.handledStatus === 'cancelled';
    if (isCanceled && ['open', 'requires_action', 'authorized'].includes(this.charge))
      this.setCharge('voided');
    if (this.handledStatus === 'awaiting:payment' && this.charge === 'authorized')
      this.setCharge(this.token?.startsWith('tok_capture') ? 'failed' : 'captured');
  }

  setCharge(status: ChargeStatus) {
    this.charge = status;
    this.ledger ??= { holds: 0, declines: 0, captures: 0, refunds: 0 };
    if (status === 'authorized') this.ledger.holds++;
    if (status === 'captured') this.ledger.captures++;
    if (status === 'refunded') this.ledger.refunds++;
    const name = eventNames[status];
    if (name)
      this.published.push({ name, status: status as PaymentStatus, version: this.published.length + 1 });
  }

  tryCard(token: Token) {
    this.token = token;
    const card = cards[token];
    if (card === 'good') return this.setCharge('authorized');
    this.setCharge(card === 'bad' ? 'open' : 'requires_action');
    if (card === 'bad') this.decline();
  }

  decline() {
    this.setCharge('open');
    if (this.ledger) this.ledger.declines++;
  }

  /** Compares payment, ledger and replica with this model. */
  async assertSame(service: Service) {
    const { id, ticket } = this.order;
    if (this.handled < 0) return expect(await findPayment({ _id: id })).toBeNull();
    const payment = await service.reaches(id, this.charge).catch(() => service.find(id));
    expect(payment).toMatchObject({
      status: this.charge,
      version: this.published.length,
      order: { version: this.handled, status: this.handledStatus },
    });
    const held = this.charge === 'authorized' ? ticket.amount : 0;
    const captured = ['captured', 'refunded'].includes(this.charge) ? ticket.amount : 0;
    const refunded = this.charge === 'refunded' ? ticket.amount : 0;
    const lines = this.ledger ? [{ ...this.ledger, held, captured, refunded }] : [];
    expect(await service.emulator.ledger(id)).toMatchObject(lines);
  }
}
