import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Snapshot } from '../shop/snapshot.ts';
import type { Violation } from './checks/index.ts';
import { check, findUnfinishedWork, violationOf, violationOfUnfinished } from './checks/index.ts';
import { findConsumerLag } from './consumer-lag.ts';
import type { Weights } from './fault-kinds.ts';
import { allFaults } from './fault-kinds.ts';
import type { History, InjectedFault } from './history.ts';
import { openHistory } from './history.ts';
import { resetEmulator } from './injectors/stripe-faults.ts';
import { createNemesis } from './nemesis.ts';
import { poison, publishLaterEvent, publishPoison } from './poison.ts';
import { randomFrom } from './random.ts';
import { formatTimeline } from './timeline.ts';
import type { Run } from './workload/client.ts';
import { recordCalls } from './workload/client.ts';
import type { Users } from './workload/index.ts';
import { runWorkload, signUpUsers, titlePrefix } from './workload/index.ts';
import type { World } from './world.ts';

const SECOND = 1_000;
/** Unfinished work that does not change for so long is stuck. */
const STUCK_MS = 60 * SECOND;
/** A resync of everything takes longer the more the shop has. */
const QUIESCENT_WITHIN_MS = 300 * SECOND;

export type Result = {
  seed: number;
  faults: InjectedFault[];
  calls: { ok: number; fail: number; unknown: number };
  orders: number;
  purchases: number;
  events: number;
  duplicates: number;
  quiescentMs: number;
  violations: Violation[];
  /** The first violations in detail. */
  timelines: string[];
};

type Options = { faultsMs?: number; weights?: Weights; quiescentWithinMs?: number };

/**
 * Runs one seed on the running system: new users and tickets, faults during the workload, then heals everything, waits
 * until the system is quiescent and checks the invariants.
 */
export async function runSeed(world: World, seed: number, options: Options = {}): Promise<Result> {
  const { faultsMs = 15 * SECOND, weights = allFaults, quiescentWithinMs = QUIESCENT_WITHIN_MS } = options;
  const { system, audit } = world;
  const random = randomFrom(seed);
  const history = openHistory(join(system.folder, 'history', `seed-${seed}-${Date.now()}.jsonl`));
  const run: Run = {
    url: await world.openNetwork(seed),
    emulatorUrl: system.urlOf('emulator'),
    brokerUrl: system.brokerUrl,
    eventBus: world.eventBus,
    seed,
    history,
    random: random.fork(),
  };
  const before = { events: audit.events(), duplicates: audit.duplicates() };
  await publishPoison(world, seed);
  await publishLaterEvent(world, seed);
  const users = await signUpUsers(run);

  const startedAt = Date.now();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // every pause of every client adds a listener
  const workload = runWorkload(users, run, stop.signal);
  await createNemesis({ world, random: random.fork(), history, seed, weights }).run(faultsMs);
  const healedAt = Date.now();
  stop.abort();
  await workload;
  const notReady = await findProcessesNotReady(world);
  await resetEmulator(system);

  const { snapshot, unfinished } = await waitUntilQuiescent(world, seed, healedAt + quiescentWithinMs);
  const quiescentMs = Date.now() - healedAt;
  if (unfinished.length === 0) await readPayments(users, run, snapshot);
  const violations = [
    ...notReady,
    ...unfinished.map(violationOfUnfinished),
    ...(unfinished.length === 0 ? check({ snapshot, audit, history }) : []),
    ...poisonViolations(snapshot, seed),
    ...exitViolations(world, history, startedAt),
  ];
  const timelineOf = (violation: Violation) =>
    formatTimeline(violation, { seed, eventBus: world.eventBus, startedAt, history, audit, snapshot });
  return {
    seed,
    faults: history.faults,
    ...countCallsAndOrders(history, snapshot),
    events: audit.events() - before.events,
    duplicates: audit.duplicates() - before.duplicates,
    quiescentMs,
    violations,
    timelines: violations.slice(0, 3).map(timelineOf),
  };
}

function countCallsAndOrders({ calls }: History, { orders }: Snapshot) {
  const count = (outcome: string) => calls.filter((call) => call.outcome === outcome).length;
  return {
    calls: { ok: count('ok'), fail: count('fail'), unknown: count('unknown') },
    orders: orders.length,
    purchases: orders.filter(({ status }) => status === 'complete' || status === 'refunded').length,
  };
}

async function findProcessesNotReady({ system, services, stores, others }: World): Promise<Violation[]> {
  const names = [...stores, ...others, ...services];
  const results = await Promise.allSettled(names.map((name) => system.waitReady(name)));
  return results.flatMap((result) =>
    result.status === 'rejected' ? [violationOf(`I9 ${(result.reason as Error).message}`)] : [],
  );
}

/** Reads snapshots until no work is left, it is stuck or the deadline is over; `unfinished` is the work that is left then. */
async function waitUntilQuiescent(
  world: World,
  seed: number,
  deadline: number,
): Promise<{ snapshot: Snapshot; unfinished: string[] }> {
  let last = '';
  let changedAt = Date.now();
  for (;;) {
    const snapshot = await world.snapshots.read(titlePrefix(seed));
    const work = findUnfinishedWork(snapshot);
    const unfinished = work.length > 0 ? work : await findConsumerLag(world.system);
    const state = unfinished.join();
    if (state !== last) changedAt = Date.now();
    last = state;
    const isOver = Date.now() > Math.min(deadline, changedAt + STUCK_MS);
    if (unfinished.length === 0 || isOver) return { snapshot, unfinished };
    await wait(300);
  }
}

/** Each buyer reads their payments at the end; the checker compares the answers with the snapshot (I10). */
async function readPayments({ buyers }: Users, run: Run, { payments }: Snapshot) {
  const call = recordCalls(run);
  for (const buyer of buyers) {
    buyer.http.timeoutMs = 30 * SECOND;
    const own = payments.filter(({ order, status }) => order?.userId === buyer.userId && status !== 'none');
    for (const { _id } of own) await call(buyer, 'show payment', 'GET', `/api/payments/${_id}`);
  }
}

function poisonViolations({ deadLetters }: Snapshot, seed: number): Violation[] {
  const others = deadLetters.filter(({ event }) => !/^poison \d+$/.test(String(event)));
  const kept = deadLetters.filter(({ event }) => event === poison(seed)).length;
  return [
    ...others.map(({ _id, error, event }) =>
      violationOf(`I8 ${_id} was dead-lettered: ${error} ${JSON.stringify(event)}`),
    ),
    ...(kept < 2
      ? [violationOf(`I8 the poison message of seed ${seed} was dead-lettered by ${kept} services, not by 2`)]
      : []),
  ];
}

/** Services, router and emulator may exit only when they are killed or during a rolling restart. */
function exitViolations({ exits, stores, system }: World, { faults }: History, since: number): Violation[] {
  const isRollingRestart = (at: number) =>
    faults.some(
      ({ fault, start, end }) => fault === 'rolling restart' && at >= start && at <= end + 25 * SECOND,
    );
  return exits.flatMap(({ at, line }) => {
    const [, name = '', how = ''] = /^(\S+) (?:ended|exited) \((.*)\)/.exec(line) ?? [];
    if (at < since || !how.startsWith('exit code') || stores.includes(name) || isRollingRestart(at))
      return [];
    return [violationOf(`I9 ${line} unexpectedly; see ${join(system.folder, 'logs', `${name}.log`)}`)];
  });
}
