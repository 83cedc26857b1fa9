import { Invariants } from './invariants.ts';
import type { Model } from './model.ts';
import { orderName } from './order-names.ts';
import { Protocol } from './protocol.ts';
import type { State } from './state.ts';
import { intents } from './state.ts';
import { IntegerList, ProgressGraph } from './state-graph.ts';
import { StateTable } from './state-table.ts';
import type { World } from './world.ts';

export type Exploration = {
  states: number;
  transitions: number;
  /** States without a further step of progress. */
  ends: number;
  ms: number;
  /** The violated invariant; undefined when all hold in every state. */
  violation?: string;
  /** The shortest sequence of steps to the violation, and the state it leads to. */
  trace?: string[];
};

/** The limit of one run, which bounds its memory. */
const MAX_STATES = 8_000_000;

type Finding = { violation: string; at: number; lastStep?: string };

/**
 * Visits every reachable state, breadth first, so that the first violation is one of the shortest. Checks the
 * invariants of every state, those of states without further progress, and that progress has no cycle: then every run
 * reaches such an end.
 */
export function explore(world: World): Exploration {
  return new Explorer(world).run();
}

class Explorer {
  private readonly started = performance.now();
  private readonly protocol: Protocol;
  private readonly invariants: Invariants;
  private readonly states: StateTable;
  private readonly graph = new ProgressGraph();
  private readonly parents = new IntegerList();
  private transitions = 0;
  private ends = 0;

  constructor(world: World) {
    this.protocol = new Protocol(world);
    this.invariants = new Invariants(this.protocol);
    this.states = new StateTable(world.orders);
  }

  run(): Exploration {
    const found = this.findViolation();
    return {
      states: this.states.size,
      transitions: this.transitions,
      ends: this.ends,
      ms: performance.now() - this.started,
      ...(found && { violation: found.violation, trace: this.traceTo(found) }),
    };
  }

  private findViolation(): Finding | undefined {
    this.states.add(this.protocol.initialState());
    this.parents.push(0);
    for (let at = 0; at < this.states.size; at++) {
      const found = this.visit(at);
      if (found) return found;
      if (this.states.size > MAX_STATES)
        throw new Error(`More than ${MAX_STATES} states: make this world smaller`);
    }
    const at = this.graph.findCycle();
    return at === undefined ? undefined : { violation: 'I7 progress has a cycle', at };
  }

  private visit(at: number): Finding | undefined {
    const state = this.states.get(at);
    const wrong = this.invariants.always(state);
    if (wrong) return { violation: wrong, at };
    this.graph.startState();
    let hasProgress = false;
    let found: Finding | undefined;
    this.protocol.successors(state, (next, label, isProgress, violation) => {
      if (!next) {
        found ??= { violation: violation ?? '', at, lastStep: label };
        return;
      }
      const target = this.states.add(next);
      if (target === at) return;
      this.transitions++;
      if (target === this.parents.length) this.parents.push(at);
      if (!isProgress) return;
      hasProgress = true;
      this.graph.add(target);
    });
    if (found || hasProgress) return found;
    this.ends++;
    const unsettled = this.invariants.atRest(state);
    return unsettled ? { violation: unsettled, at } : undefined;
  }

  /** The steps to a state, found again from each of its predecessors. */
  private traceTo({ at, lastStep }: Finding): string[] {
    const path = [at];
    for (let first = at; first > 0; path.unshift(first)) first = this.parents.at(first);
    const labels = path.slice(1).map((target, index) => {
      let step = '';
      this.protocol.successors(this.states.get(path[index] ?? 0), (next, label) => {
        if (next && !step && this.states.add(next) === target) step = label;
      });
      return step;
    });
    return [...labels, ...(lastStep ? [lastStep] : []), `⇒ ${describe(this.protocol, this.states.get(at))}`];
  }
}

function describe({ orders, tickets, charges }: Model, { ticket, orders: parts }: State): string {
  const { state, holder } = tickets.last(ticket.history) ?? {
    state: tickets.state(ticket.history),
    holder: -1,
  };
  const ofTicket = `ticket ${state.status}${holder >= 0 ? ` for ${orderName(holder)}` : ''}, number ${state.reservationSeq}`;
  const ofOrders = parts.map((part, index) => {
    const order = orders.state(part.history);
    if (!order) return `no order ${orderName(index)}`;
    const flags = `${order.ticketConfirmed ? ', confirmed' : ''}${order.paymentAuthorized ? ', authorized' : ''}`;
    const charge = charges.at(part.charge);
    const second = part.secondIntent ? ` and ${intents[part.secondIntent]}` : '';
    return `order ${orderName(index)} ${order.status}${flags}, payment ${charge.status}, PaymentIntent ${intents[part.intent]}${second}`;
  });
  return [ofTicket, ...ofOrders].join(' · ');
}
