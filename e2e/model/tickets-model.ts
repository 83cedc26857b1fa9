import type { EventName, TicketStatus } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { findTicket } from '../../tickets/src/models/ticket.ts';

/** The fields of a published event that the model predicts. */
export type PublishedEvent = {
  name: EventName;
  version: number;
  status: TicketStatus;
  orderId: string | null;
  reservationSeq: number;
  title: string;
  refusedOrderId?: string;
};

/** What an event of an order says about it. */
export type OrderEventStatus = 'created' | 'awaiting:payment' | 'complete' | 'refunded' | 'cancelled';

/** The expected state of one ticket. Orders are identified by their reservation number, from 1 on. */
export class Model {
  readonly id: string;
  readonly orders = [1, 2, 3, 4, 5, 6].map(() => ({ id: newId(), buyerId: newId() }));
  title = 'as listed';
  version = 0;
  isWithdrawn = false;
  isSold = false;
  holder: number | undefined;
  /** The highest reservation number handled; orders with a lower one have ended. */
  latest = 0;
  refused: number | undefined;
  readonly changes: PublishedEvent[] = [];
  readonly answers: PublishedEvent[] = [];

  constructor(id: string) {
    this.id = id;
    this.changes.push(this.state('ticket:created'));
  }

  get status(): TicketStatus {
    if (this.isWithdrawn) return 'withdrawn';
    if (this.isSold) return 'sold';
    return this.holder === undefined ? 'available' : 'reserved';
  }

  idOf(number: number | undefined): string | undefined {
    return number === undefined ? undefined : this.orders[number - 1]?.id;
  }

  state(name: EventName): PublishedEvent {
    const { version, status, latest, title } = this;
    return { name, version, status, orderId: this.idOf(this.holder) ?? null, reservationSeq: latest, title };
  }

  refusal(number: number): PublishedEvent {
    return { ...this.state('ticket:reservation-refused'), refusedOrderId: this.idOf(number) ?? '' };
  }

  change(what: Partial<Pick<Model, 'title' | 'isWithdrawn' | 'isSold' | 'holder' | 'latest'>>) {
    Object.assign(this, what);
    this.version++;
    this.changes.push(this.state('ticket:updated'));
  }

  handleOrder(number: number, status: OrderEventStatus) {
    const isLatest = number > this.latest;
    const isHolder = number === this.holder;
    switch (status) {
      case 'created':
        if (!isLatest) return this.repeatAnswer(number);
        this.latest = number;
        if (!this.isSold && !this.isWithdrawn) return this.change({ holder: number });
        this.refused = number;
        this.version++;
        this.changes.push(this.refusal(number));
        return;
      case 'cancelled':
        // A newer order can only exist after the older one has ended.
        if (isLatest) this.change({ latest: number, ...(!this.isSold && { holder: undefined }) });
        else if (isHolder && !this.isSold) this.change({ holder: undefined });
        return;
      case 'complete':
        if (isHolder && !this.isSold) this.change({ isSold: true });
        return;
      case 'refunded':
        if (isHolder) this.change({ isWithdrawn: true, isSold: false, holder: undefined });
        return;
      case 'awaiting:payment':
    }
  }

  /** A repeated request is answered again, because the first answer may be lost. */
  private repeatAnswer(number: number) {
    if (number === this.holder) this.answers.push(this.state('ticket:updated'));
    else if (number === this.refused) this.answers.push(this.refusal(number));
  }

  async assertSame() {
    const ticket = await findTicket(this.id);
    expect(ticket).toMatchObject({
      status: this.status,
      reservationSeq: this.latest,
      version: this.version,
      title: this.title,
    });
    const holder = this.holder === undefined ? undefined : this.orders[this.holder - 1];
    expect(ticket?.orderId).toBe(holder?.id);
    expect(ticket?.buyerId).toBe(holder?.buyerId);
    expect(ticket?.refusedOrderId).toBe(this.idOf(this.refused));
    expect(ticket?.soldAt !== undefined).toBe(this.isSold);
  }
}
