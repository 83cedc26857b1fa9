import type { IntentStatus } from '../../payments/src/charge.ts';
import { nameOf } from './histories.ts';
import type { Protocol } from './protocol.ts';
import { ABSENT, HELD, intents, TAKEN } from './state.ts';
import type { OrderPart, State } from './state.ts';
import type { World } from './world.ts';

/** What must hold; each answers with the invariant that does not, or ''. The numbers are those of docs/reliability.md. */
export function invariants({ orders, tickets, charges }: Protocol, world: World) {
  const statusOf = ({ history }: OrderPart) => orders.state(history)?.status;
  const chargeOf = ({ charge }: OrderPart) => charges.at(charge).status;
  const takenFor = ({ intent, stray }: OrderPart) => [intent, stray].filter((one) => one === TAKEN).length;

  /** In every state. */
  function always({ ticket, orders: parts }: State): string {
    const holder = tickets.state(ticket.history)?.holder ?? -1;
    let alive = 0;
    for (const [nth, part] of parts.entries()) {
      const state = orders.state(part.history);
      if (!state) continue;
      const { status } = state;
      if (status === 'created' || status === 'awaiting:payment' || status === 'complete') alive++;
      if (status === 'created' && state.ticketConfirmed && state.paymentAuthorized)
        return 'I7 an order has both flags and does not move';
      const taken = takenFor(part);
      if (taken > 1) return 'I2 two captured payments for one order';
      if (status === 'complete' && taken !== 1) return 'I2 a complete order without captured money';
      if (status === 'refunded' && !part.returned) return 'I2 a refunded order whose money did not go back';
      if (!taken || world.byHand === 'captures') continue;
      if (status === 'created' || (status === 'cancelled' && !part.returned))
        return `I2 money is captured for an order that is ${status}`;
      if (!part.returned && holder !== nth)
        return 'I1 money is captured and the ticket is not held for its order';
    }
    return alive > 1 ? 'I1 two alive orders on one ticket' : '';
  }

  /** Where nothing is left to do. */
  function atRest(state: State): string {
    const told = tickets.state(state.ticket.history);
    const { known } = state.ticket;
    const last = tickets.at(state.ticket.history).length;
    if (known !== last) return `I5 orders has version ${known - 1} of the ticket, which is at ${last - 1}`;
    for (const [nth, part] of state.orders.entries()) {
      const wrong = part.history ? orderAtRest(state, part, nth) : '';
      if (wrong) return wrong;
    }
    return told ? ticketAtRest(state, told.slot.status, told.holder) : '';
  }

  /** With `neverDue`, an order may rest that waits for its buyer to pay. */
  function waits(part: OrderPart): boolean {
    const isOpen = ['none', 'open', 'requires_action', 'voided', 'failed'].includes(chargeOf(part));
    return world.neverDue && statusOf(part) === 'created' && isOpen;
  }

  function orderAtRest({ ticket }: State, part: OrderPart, nth: number): string {
    const order = orders.state(part.history);
    const version = orders.at(part.history).states.length;
    const status = order?.status ?? 'created';
    const payment = chargeOf(part);
    const what = `order ${nameOf(nth)} is ${status}, its payment ${payment}`;
    if (part.seen !== version)
      return `I5 payments has version ${part.seen - 1} of an order at ${version - 1}`;
    if (world.neverDue && status === 'created') {
      const told = tickets.state(ticket.history);
      if (told?.holder !== nth)
        return `I7 ${what}: it waits for a ticket that is ${told?.slot.status}, not for it`;
      if (!order?.ticketConfirmed) return `I7 ${what}: the ticket is reserved, and it never hears of it`;
      if (part.intent === HELD || part.stray === HELD)
        return `I7 ${what}: it is confirmed, its money is held, and it waits`;
      if (waits(part)) return '';
    }
    if (status === 'created' || status === 'awaiting:payment') return `I7 stuck: ${what}`;
    return moneyAtRest(part, status, what);
  }

  function moneyAtRest(part: OrderPart, status: string, what: string): string {
    const payment = chargeOf(part);
    if (part.intent === HELD || part.stray === HELD) return `I3 ${what}: a hold is left`;
    if (status === 'cancelled' && takenFor(part) && !part.returned) return `I3 ${what}: money is kept`;
    if (status === 'complete' && part.returned) return `I2 ${what}: the money went back`;
    const fits = { complete: ['captured'], refunded: ['refunded'] }[status] ?? [
      'none',
      'voided',
      'failed',
      'refunded',
    ];
    if (!fits.includes(payment)) return `I7 stuck: ${what}`;
    const intent = intents[part.intent] as IntentStatus;
    if (part.intent !== ABSENT && !world.rules.payments.isConsistent(payment, intent))
      return `I4 ${what}: the PaymentIntent is ${intent}`;
    return '';
  }

  function ticketAtRest({ orders: parts }: State, status: string, holder: number): string {
    const alive = parts.findIndex((part) => statusOf(part) === 'complete' || waits(part));
    const what = `I1 the ticket is ${status} for ${holder < 0 ? 'nobody' : `order ${nameOf(holder)}`}, `;
    if (alive < 0 && (status === 'sold' || status === 'reserved' || holder >= 0))
      return `${what}no order is alive`;
    if (alive >= 0 && ((status !== 'sold' && !world.neverDue) || holder !== alive))
      return `${what}order ${nameOf(alive)} is alive`;
    const isRefunded = parts.some((part) => statusOf(part) === 'refunded');
    if (isRefunded && status !== 'withdrawn') return `${what}although its sale was refunded`;
    const keeper = parts.findIndex((part) => {
      const own = statusOf(part);
      return own !== undefined && world.rules.orders.keepsTicket(own);
    });
    if (status === 'available' && keeper >= 0)
      return `${what}and order ${nameOf(keeper)} keeps its slot: nobody can ever reserve it`;
    return '';
  }

  return { always, atRest };
}
