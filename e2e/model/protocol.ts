import { Model } from './model.ts';
import { orderName } from './order-names.ts';
import { PaymentSteps } from './payment-steps.ts';
import { ShopSteps } from './shop-steps.ts';
import type { State } from './state.ts';
import { emptyState } from './state.ts';
import type { Emit } from './transitions.ts';
import { Transitions } from './transitions.ts';
import type { World } from './world.ts';

/**
 * The purchase protocol as a transition system. The services' own rules make all decisions. The code here covers what
 * surrounds them: which write a decision belongs to, its guards, who receives which event, and what Stripe, buyers,
 * sellers and time may do.
 *
 * What keeps it small without hiding a run:
 * - An event, once committed with its aggregate, can be delivered at any later time, in any order, any number of
 *   times. A state keeps only who has not handled it yet. So duplicates, redelivery and disorder have no bound.
 * - Every handler is one atomic write of one document: a crash before it changes nothing, a crash after it is a
 *   duplicate. A handler with two writes is split, and a crash may come between them.
 * - A request to Stripe may take effect at any time after it was sent, even when its sender has crashed. The answer is
 *   kept under the idempotency key and may be read late, again, or never.
 * - Events contain the whole state, so the model keeps an aggregate's history, and an event is one entry of it.
 * - A reservation may expire at any moment: a superset of all timers, clocks and sweeps.
 *
 * Progress (workers, deliveries, answers, the sweeper) is separate from what users and faults do: with progress alone
 * every run must end, and where it ends everything must be final and consistent.
 */
export class Protocol extends Model {
  private readonly transitions: Transitions;
  private readonly shop: ShopSteps;
  private readonly payments: PaymentSteps;

  constructor(world: World) {
    super(world);
    this.transitions = new Transitions(this);
    this.shop = new ShopSteps(this, this.transitions);
    this.payments = new PaymentSteps(this, this.transitions);
  }

  initialState(): State {
    const state = emptyState(this.world.orders);
    state.ticket.replicated = 1;
    return state;
  }

  /** Calls `emit` with every state that one step can lead to. */
  successors(state: State, emit: Emit): void {
    const { payingOrders, stripeErrors } = this.world;
    this.transitions.startState(state, emit);
    this.shop.changeTicket(state);
    this.shop.deliverTicketEvents(state);
    this.shop.reserve(state);
    for (const [order, part] of state.orders.entries()) {
      if (!part.history) continue;
      this.transitions.startOrder(order);
      const name = `order ${orderName(order)}`;
      this.shop.endOrder(part, name);
      this.shop.deliverOrderEvents(part, order, name);
      this.shop.deliverPaymentEvents(part, name);
      if (order < payingOrders) this.payments.emit(part, name, state.ticket.stripeErrors < stripeErrors);
    }
  }
}
