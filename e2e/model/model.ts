import type { Charge, IntentStatus } from '../../payments/src/charge.ts';
import { ChargeStates } from './charge-states.ts';
import { OrderHistories } from './order-histories.ts';
import type { OrderPart, State } from './state.ts';
import { intents } from './state.ts';
import { TicketHistories } from './ticket-histories.ts';
import type { World } from './world.ts';

/** What all parts of the transition system need: the world, and the aggregates that a state refers to by index. */
export class Model {
  readonly world: World;
  readonly orders: OrderHistories;
  readonly tickets: TicketHistories;
  readonly charges: ChargeStates;
  /** Whether events are delivered again. */
  readonly redelivers: boolean;
  /** Whether replicas ignore versions older than their own. */
  readonly isVersionGated: boolean;

  constructor(world: World) {
    const { rules, mutation } = world;
    this.world = world;
    this.orders = new OrderHistories(rules, world.differs);
    this.tickets = new TicketHistories(rules);
    this.charges = new ChargeStates(rules, world.amountAgrees);
    this.redelivers = mutation !== 'no outbox' && mutation !== 'event acknowledged before the write';
    this.isVersionGated = mutation !== 'no version gate';
  }

  orderStatus({ history }: OrderPart) {
    return this.orders.state(history)?.status;
  }

  /** The status of the order in the replica of payments. */
  replicaStatus({ history, replicated }: OrderPart) {
    return this.orders.at(history).states[replicated - 1]?.status;
  }

  charge({ charge }: OrderPart): Charge {
    return this.charges.at(charge);
  }

  keepsTicket(part: OrderPart): boolean {
    const status = this.orderStatus(part);
    return status !== undefined && this.world.rules.orders.keepsTicket(status);
  }

  /** Whether the order keeps its buyer from reserving the ticket again. */
  hasClaim({ history, released }: OrderPart): boolean {
    const order = this.orders.state(history);
    if (!order || released) return false;
    return !('claimed' in this.world.rules.orders.limitFieldsAfter(order.status, order.reason));
  }
}

export function intentStatus({ intent }: OrderPart): IntentStatus {
  return intents[intent] as IntentStatus;
}

/** The bit of a version or of a payment status in a set of them. */
export const bit = (index: number) => 1 << index;

/** What a step changes: in the order that it is about, or in the whole state. */
export type Change = (own: OrderPart, all: State) => void;
