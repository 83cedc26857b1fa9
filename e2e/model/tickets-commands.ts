import type fc from 'fast-check';
import request from 'supertest';
import type { TicketStatus } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { findTicket } from '../../tickets/src/models/ticket.ts';
import type { useService } from '../../tickets/test/fixtures.ts';
import { anOrder } from '../../tickets/test/fixtures.ts';
import type { Model, OrderEventStatus } from './tickets-model.ts';

export type TicketsService = Pick<ReturnType<typeof useService>, 'app' | 'bus'>;
type Command = fc.AsyncCommand<Model, TicketsService>;
type OrderEvent = 'order:created' | 'order:updated' | 'order:cancelled';

export const seller = aUser();
export const otherUser = aUser();

async function deliver(
  { bus }: TicketsService,
  model: Model,
  number: number,
  name: OrderEvent,
  status: OrderEventStatus,
) {
  const ticket = await findTicket(model.id);
  const order = model.orders[number - 1];
  if (!ticket || !order) throw new Error(`Ticket ${model.id} or its order ${number} does not exist`);
  const data = { id: order.id, userId: order.buyerId, reservationSeq: number, status };
  expect(await bus.deliver(name, anOrder(ticket, data))).toBe('ack');
}
/** Tickets handles an event of an order, several times at once where `times` says so. */
export class HandleOrder implements Command {
  readonly number: number | undefined;
  readonly name: OrderEvent;
  readonly status: OrderEventStatus;
  readonly times: number;
  constructor([name, status]: readonly [OrderEvent, OrderEventStatus], times: number, number?: number) {
    this.number = number;
    this.name = name;
    this.status = status;
    this.times = times;
  }
  check = () => true;
  async run(model: Model, service: TicketsService) {
    const number = this.number ?? this.relevantOrder(model);
    await Promise.all(
      Array.from({ length: this.times }, () => deliver(service, model, number, this.name, this.status)),
    );
    for (let time = 0; time < this.times; time++) model.handleOrder(number, this.status);
    await model.assertSame();
  }
  /** The order whose event most likely changes the ticket. */
  private relevantOrder({ holder, latest, orders }: Model): number {
    return this.status === 'created' ? Math.min(latest + 1, orders.length) : (holder ?? Math.max(latest, 1));
  }
  toString = () =>
    `${this.name} of ${this.number ? `order ${this.number}` : 'the relevant order'}, ` +
    `${this.status}${this.times > 1 ? ', twice at once' : ''}`;
}

const refusals: Partial<Record<TicketStatus, string>> = {
  reserved: 'ticket_reserved',
  sold: 'ticket_sold',
  withdrawn: 'ticket_withdrawn',
};

/** An edit by the seller or another user; without a title, a withdrawal. */
export class ChangeTicket implements Command {
  readonly title: string | undefined;
  readonly seen: 'no' | 'the current' | 'an older';
  readonly by: typeof seller;
  /** The number of an order that is created at the same moment. */
  readonly against: number | undefined;
  constructor(title: string | undefined, seen: ChangeTicket['seen'], by = seller, against?: number) {
    this.title = title;
    this.seen = seen;
    this.by = by;
    this.against = against;
  }
  check = () => true;
  async run(model: Model, service: TicketsService) {
    const [{ status, body }] = await Promise.all([
      this.send(service, model),
      this.against && deliver(service, model, this.against, 'order:created', 'created'),
    ]);
    const isGranted = status < 300;
    // The response shows which of the two came first.
    if (this.against && !isGranted) model.handleOrder(this.against, 'created');
    const refused = this.refusal(model);
    expect(isGranted ? undefined : body.errors[0].code).toBe(refused);
    // An edit to the same title changes nothing, and neither the version nor the events show it.
    const isChange = this.title !== model.title;
    if (!refused && isChange) model.change(this.title ? { title: this.title } : { isWithdrawn: true });
    if (this.against && isGranted) model.handleOrder(this.against, 'created');
    await model.assertSame();
  }
  private send({ app }: TicketsService, { id, version }: Model) {
    const cookie = sessionCookie(this.by);
    if (!this.title) return request(app).delete(`/api/tickets/${id}`).set('Cookie', cookie);
    const versions = { no: {}, 'the current': { version }, 'an older': { version: version - 1 } };
    const edit = { title: this.title, price: 20, ...versions[version > 0 ? this.seen : 'no'] };
    return request(app).put(`/api/tickets/${id}`).set('Cookie', cookie).send(edit);
  }
  private refusal({ status, version }: Model): string | undefined {
    if (this.by !== seller) return 'forbidden';
    const isOld = this.title && this.seen === 'an older' && version > 0;
    return refusals[status] ?? (isOld ? 'version_conflict' : undefined);
  }
  toString = () =>
    [
      this.by === seller ? 'the seller' : 'another user',
      this.title ? `edits (${this.title}), based on ${this.seen} version` : 'withdraws',
      this.against ? `while order ${this.against} is created` : '',
    ].join(' ');
}
