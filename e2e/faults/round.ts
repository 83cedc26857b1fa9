import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Books } from '../shop/books.ts';
import { check, restless, stuck, violation } from './checker.ts';
import type { Violation } from './checker.ts';
import { openHistory } from './history.ts';
import type { History, Injected } from './history.ts';
import { findConsumerLag } from './consumer-lag.ts';
import { createNemesis, everyFault, turnKnobs } from './nemesis.ts';
import type { Weights } from './nemesis.ts';
import { poison, publishPoison } from './poison.ts';
import { randomFrom } from './random.ts';
import { story } from './story.ts';
import { callsOf, prefixOf, shop, signUpPeople } from './workload.ts';
import type { People, Shopping } from './workload.ts';
import type { World } from './world.ts';

const SECOND = 1_000;
export const QUIET_WITHIN_MS = 60 * SECOND;

export type Result = {
  seed: number;
  faults: Injected[];
  calls: { ok: number; fail: number; unknown: number };
  orders: number;
  purchases: number;
  events: number;
  duplicates: number;
  quietMs: number;
  violations: Violation[];
  stories: string[];
};

/** One seed on a running shop: new people and tickets, faults while they shop, then it must come to rest and be right. */
export async function runSeed(
  world: World,
  seed: number,
  options: { faultsMs?: number; weights?: Weights; quietWithinMs?: number } = {},
): Promise<Result> {
  const { faultsMs = 15 * SECOND, weights = everyFault, quietWithinMs = QUIET_WITHIN_MS } = options;
  const { system, audit } = world;
  const random = randomFrom(seed);
  const history = openHistory(join(system.folder, 'history', `seed-${seed}-${Date.now()}.jsonl`));
  const shopping = {
    url: system.url,
    emulatorUrl: system.urlOf('emulator'),
    seed,
    history,
    random: random.fork(),
  };
  const before = { events: audit.events(), duplicates: audit.duplicates() };
  await publishPoison(system.urlOf('nats-streaming'), seed);
  const people = await signUpPeople(shopping);

  const startedAt = Date.now();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // every pause of every client
  const shopped = shop(people, shopping, closing.signal);
  await createNemesis({ world, random: random.fork(), history, seed, weights }).run(faultsMs);
  const healedAt = Date.now();
  closing.abort();
  await shopped;
  const broken = await everythingRuns(world);
  await turnKnobs(system, undefined);

  const { books, rest } = await comeToRest(world, seed, healedAt + quietWithinMs);
  const quietMs = Date.now() - healedAt;
  if (rest.length === 0) await lookAtPayments(people, shopping, books);
  const skewed = history.faults.some(({ fault }) => fault === 'clock wrong');
  const found = [
    ...broken,
    ...rest.map(stuck),
    ...(rest.length === 0 ? check({ books, audit, calls: history.calls, skewed }) : []),
    ...poisonViolations(books, seed),
    ...endViolations(world, history, startedAt),
  ];
  const count = (outcome: string) => history.calls.filter((call) => call.outcome === outcome).length;
  return {
    seed,
    faults: history.faults,
    calls: { ok: count('ok'), fail: count('fail'), unknown: count('unknown') },
    orders: books.orders.length,
    purchases: books.orders.filter(({ status }) => status === 'complete' || status === 'refunded').length,
    events: audit.events() - before.events,
    duplicates: audit.duplicates() - before.duplicates,
    quietMs,
    violations: found,
    stories: found.slice(0, 3).map((one) => story(one, { seed, startedAt, history, audit, books })),
  };
}

async function everythingRuns({ system, services, stores, others }: World): Promise<Violation[]> {
  const names = [...stores, ...others, ...services];
  const all = await Promise.allSettled(names.map((name) => system.waitReady(name)));
  return all.flatMap((one) =>
    one.status === 'rejected' ? [violation(`I9 ${(one.reason as Error).message}`)] : [],
  );
}

/** Reads until nothing moves, or until the time is over; `rest` is what moves then. */
async function comeToRest(
  world: World,
  seed: number,
  deadline: number,
): Promise<{ books: Books; rest: string[] }> {
  for (;;) {
    const books = await world.books.read(prefixOf(seed));
    const moving = restless(books);
    const rest = moving.length > 0 ? moving : await findConsumerLag(world.system);
    if (rest.length === 0 || Date.now() > deadline) return { books, rest };
    await wait(300);
  }
}

/** What each buyer is told about their money in the end; compared with the books by the checker (I10). */
async function lookAtPayments({ buyers }: People, shopping: Shopping, { payments }: Books) {
  const visit = callsOf(shopping);
  for (const buyer of buyers) {
    buyer.visitor.patienceMs = 30 * SECOND;
    const own = payments.filter(({ order, status }) => order?.userId === buyer.userId && status !== 'none');
    for (const { _id } of own) await visit(buyer, 'look at the payment', 'GET', `/api/payments/${_id}`);
  }
}

function poisonViolations({ deadLetters }: Books, seed: number): Violation[] {
  const others = deadLetters.filter(({ event }) => !/^poison \d+$/.test(String(event)));
  const kept = deadLetters.filter(({ event }) => event === poison(seed)).length;
  return [
    ...others.map(({ _id, error, event }) =>
      violation(`I8 ${_id} was set aside: ${error} ${JSON.stringify(event)}`),
    ),
    ...(kept < 2
      ? [violation(`I8 the poison of seed ${seed} was set aside by ${kept} services, not by 2`)]
      : []),
  ];
}

/** A service, the router or the emulator may only end when it is killed, or asked to in a rolling restart. */
function endViolations({ ends, stores, system }: World, { faults }: History, since: number): Violation[] {
  const wasAsked = (at: number) =>
    faults.some(
      ({ fault, start, end }) => fault === 'rolling restart' && at >= start && at <= end + 25 * SECOND,
    );
  return ends.flatMap(({ at, line }) => {
    const [, name = '', how = ''] = /^(\S+) ended \((.*)\)/.exec(line) ?? [];
    if (at < since || !how.startsWith('exit code') || stores.includes(name) || wasAsked(at)) return [];
    return [violation(`I9 ${line} unasked; see ${join(system.folder, 'logs', `${name}.log`)}`)];
  });
}
