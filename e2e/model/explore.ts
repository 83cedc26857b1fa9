import { invariants } from './invariants.ts';
import { nameOf } from './histories.ts';
import { protocol } from './protocol.ts';
import type { Protocol } from './protocol.ts';
import { intents, pack, unpack, widthOf } from './state.ts';
import type { State } from './state.ts';
import type { World } from './world.ts';

export type Exploration = {
  states: number;
  transitions: number;
  /** States where nothing is left to do. */
  ends: number;
  ms: number;
  /** Which invariant does not hold; undefined when all do, everywhere. */
  violation?: string;
  /** The shortest way there, in words, and what it leads to. */
  trace?: string[];
};

/** More distinct states than this are too many for one run: the memory has a bound. */
const MOST = 8_000_000;

/**
 * Visits every state that can be reached, breadth first, so that the first violation is one of the shortest.
 * Checked: what must hold always, in every state; what must hold where nothing is left to do; and that progress
 * never runs in a circle, so that every run reaches such an end.
 */
export function explore(world: World): Exploration {
  const started = performance.now();
  const model = protocol(world);
  const { always, atRest } = invariants(model, world);
  const seen = stateTable(world.orders);
  const edges = growing();
  const firstEdge = growing();
  const parents = growing();
  let transitions = 0;
  let ends = 0;

  const result = (violation?: string, at = 0, last?: string): Exploration => ({
    states: seen.size(),
    transitions,
    ends,
    ms: performance.now() - started,
    ...(violation && { violation, trace: traceTo(model, seen, parents, at, last) }),
  });

  seen.add(model.begin());
  parents.push(0);
  for (let at = 0; at < seen.size(); at++) {
    const state = seen.get(at);
    const wrong = always(state);
    if (wrong) return result(wrong, at);
    firstEdge.push(edges.length());
    let hasMoved = false;
    let bad: { violation: string; label: string } | undefined;
    model.successors(state, (next, label, isProgress, violation) => {
      if (!next) {
        bad ??= { violation: violation ?? '', label };
        return;
      }
      const to = seen.add(next);
      if (to === at) return;
      transitions++;
      if (to === parents.length()) parents.push(at);
      if (!isProgress) return;
      hasMoved = true;
      edges.push(to);
    });
    if (bad) return result(bad.violation, at, bad.label);
    if (!hasMoved) {
      ends++;
      const unsettled = atRest(state);
      if (unsettled) return result(unsettled, at);
    }
    if (seen.size() > MOST) throw new Error(`More than ${MOST} states: make this world smaller`);
  }
  const circling = circle(firstEdge, edges, seen.size());
  return circling === undefined ? result() : result('I7 progress runs in a circle', circling);
}

/** A state on a circle of progress, if there is one: what is left when states that nothing leads to are taken away. */
function circle(firstEdge: Growing, edges: Growing, size: number): number | undefined {
  const from = (at: number) => (at === size ? edges.length() : firstEdge.get(at));
  const ways = new Int32Array(size);
  for (let edge = 0; edge < edges.length(); edge++) ways[edges.get(edge)] = (ways[edges.get(edge)] ?? 0) + 1;
  const open: number[] = [];
  for (let at = 0; at < size; at++) if (!ways[at]) open.push(at);
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (let edge = from(at); edge < from(at + 1); edge++) {
      const to = edges.get(edge);
      ways[to] = (ways[to] ?? 0) - 1;
      if (ways[to] === 0) open.push(to);
    }
  const left = ways.findIndex((count) => count > 0);
  return left < 0 ? undefined : left;
}

/** The steps to a state, found again from each of its predecessors. */
function traceTo(model: Protocol, seen: StateTable, parents: Growing, at: number, last?: string): string[] {
  const path = [at];
  for (let first = at; first > 0; path.unshift(first)) first = parents.get(first);
  const labels = path.slice(1).map((to, nth) => {
    let found = '';
    model.successors(seen.get(path[nth] ?? 0), (next, label) => {
      if (next && !found && seen.add(next) === to) found = label;
    });
    return found;
  });
  return [...labels, ...(last ? [last] : []), `⇒ ${describe(model, seen.get(at))}`];
}

function describe({ orders, tickets, charges }: Protocol, { ticket, orders: parts }: State): string {
  const told = tickets.state(ticket.history);
  const ofTicket = `ticket ${told?.slot.status}${told && told.holder >= 0 ? ` for ${nameOf(told.holder)}` : ''}, number ${told?.slot.reservationSeq}`;
  const ofOrders = parts.map((part, nth) => {
    const order = orders.state(part.history);
    if (!order) return `no order ${nameOf(nth)}`;
    const flags = `${order.ticketConfirmed ? ', confirmed' : ''}${order.paymentAuthorized ? ', authorized' : ''}`;
    const charge = charges.at(part.charge);
    const stray = part.stray ? ` and ${intents[part.stray]}` : '';
    return `order ${nameOf(nth)} ${order.status}${flags}, payment ${charge.status}, PaymentIntent ${intents[part.intent]}${stray}`;
  });
  return [ofTicket, ...ofOrders].join(' · ');
}

/** A list of integers that grows. */
function growing() {
  let values = new Int32Array(1 << 12);
  let count = 0;
  return {
    length: () => count,
    get: (at: number) => values[at] ?? 0,
    push(value: number) {
      if (count === values.length) {
        const more = new Int32Array(count * 2);
        more.set(values);
        values = more;
      }
      values[count++] = value;
    },
  };
}
type Growing = ReturnType<typeof growing>;

/** The states met so far, each once, by number. States are compared whole; their hash only finds them. */
function stateTable(orders: number) {
  const width = widthOf(orders);
  const one = new Uint16Array(width);
  let states = new Uint16Array(width << 12);
  let slots = new Int32Array(1 << 14).fill(-1);
  let size = 0;

  function hash(from: Uint16Array, at: number): number {
    let value = 0x811c9dc5;
    for (let nth = 0; nth < width; nth++) value = Math.imul(value ^ (from[at + nth] ?? 0), 0x01000193);
    value ^= value >>> 15;
    value = Math.imul(value, 0x2c1b3c6d);
    return (value ^ (value >>> 13)) >>> 0;
  }

  function isAt(nth: number): boolean {
    const at = nth * width;
    for (let field = 0; field < width; field++) if (states[at + field] !== one[field]) return false;
    return true;
  }

  function grow() {
    if ((size + 1) * width > states.length) {
      const more = new Uint16Array(states.length * 2);
      more.set(states);
      states = more;
    }
    if (size * 2 < slots.length) return;
    slots = new Int32Array(slots.length * 2).fill(-1);
    for (let nth = 0; nth < size; nth++) {
      let slot = hash(states, nth * width) & (slots.length - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = nth;
    }
  }

  return {
    size: () => size,
    get: (nth: number): State => unpack(states, nth * width, orders),
    /** The number of a state, a new one where it is new. */
    add(state: State): number {
      pack(state, one);
      grow();
      let slot = hash(one, 0) & (slots.length - 1);
      for (let nth = slots[slot]; nth !== undefined && nth !== -1; nth = slots[slot]) {
        if (isAt(nth)) return nth;
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = size;
      states.set(one, size * width);
      return size++;
    },
  };
}
type StateTable = ReturnType<typeof stateTable>;
