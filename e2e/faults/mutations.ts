import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Invariant, Violation } from './checks/index.ts';
import type { Weights } from './fault-kinds.ts';
import type { PatchedCopy } from './patched-copy.ts';
import { createPatchedCopy } from './patched-copy.ts';
import { runSeed } from './run-seed.ts';
import { openWorld } from './world.ts';

const SECOND = 1_000;
const LIMIT_MS = 180 * SECOND;

/** A defect that the fault runs must detect: a patch, the faults that expose it, and the invariants it violates. */
type Mutation = { name: string; weights: Weights; breaks: readonly Invariant[] };

/** Each is `mutations/<name>.patch`. It is caught when any invariant in `breaks` is violated. */
export const mutations: readonly Mutation[] = [
  { name: 'no-unique-index', weights: { 'clock skew': 1, 'link slow': 1 }, breaks: ['I1'] },
  { name: 'no-outbox', weights: { 'crash point': 4, kill: 4, 'store down': 2 }, breaks: ['I5'] },
  {
    // The patch also turns off the comparison of positions, which brings a lost event back when the service starts again.
    name: 'ack-before-write',
    weights: { 'service killed while its store is down': 1 },
    breaks: ['I5', 'I7', 'I1'],
  },
  {
    name: 'no-idempotency-key',
    weights: { 'Stripe cut before or after the effect': 4, 'Stripe fails': 3, 'crash point': 3, kill: 1 },
    breaks: ['I4', 'I2'],
  },
  {
    name: 'no-version-gate',
    weights: { 'crash point': 4, kill: 4, freeze: 3, 'link cut': 2 },
    breaks: ['I5'],
  },
  {
    name: 'capture-without-compare-and-set',
    weights: { kill: 2, 'link slow': 3, freeze: 3 },
    breaks: ['I3', 'I2'],
  },
  {
    name: 'broker-in-memory',
    weights: { 'broker restarted while a service is disconnected': 1 },
    breaks: ['I5'],
  },
  { name: 'sweeper-off', weights: { 'crash point': 4, 'store down': 3, kill: 3 }, breaks: ['I9', 'I5'] },
  { name: 'orders-accepts-any-amount', weights: { 'link slow': 1 }, breaks: ['I2', 'I7'] },
  { name: 'cancel-does-not-void', weights: { 'link slow': 1 }, breaks: ['I3'] },
  { name: 'strict-reader', weights: { 'link slow': 1 }, breaks: ['I8'] },
  { name: 'no-position-compare', weights: { 'database restored': 1 }, breaks: ['I5', 'I1'] },
];

export type Verdict = {
  name: string;
  caughtBy: Invariant[];
  seconds: number;
  seeds: number;
  first?: Violation;
};

/**
 * Applies one mutation after the other to a copy of the programs and runs seeds until a check fails. The copy without a
 * mutation must pass first, because a checker that always fails detects nothing.
 */
export async function runMutations(
  only: string | undefined,
  log: (line: string) => void,
): Promise<Verdict[]> {
  const copy = createPatchedCopy();
  const verdicts: Verdict[] = [];
  try {
    const chosen = mutations.filter(({ name }) => only === undefined || name === only);
    if (only === undefined) await checkUnmutated(copy, log);
    for (const mutation of chosen) {
      const verdict = await runMutation(copy, mutation, log);
      verdicts.push(verdict);
      log(describeVerdict(verdict));
    }
  } finally {
    copy.remove();
  }
  return verdicts;
}

async function checkUnmutated(copy: PatchedCopy, log: (line: string) => void) {
  await withWorld(copy, async (world) => {
    const { violations } = await runSeed(world, 1, {
      weights: { kill: 1, 'crash point': 1, 'link cut': 1, 'store down': 1 },
    });
    if (violations.length > 0)
      throw new Error(
        `without any mutation:\n${violations.map(({ invariant, text }) => `${invariant} ${text}`).join('\n')}`,
      );
    log('without a mutation: no violation');
  });
}

async function runMutation(
  copy: PatchedCopy,
  { name, weights, breaks }: Mutation,
  log: (line: string) => void,
): Promise<Verdict> {
  const patch = join(import.meta.dirname, 'mutations', `${name}.patch`);
  const verdict: Verdict = { name, caughtBy: [], seconds: 0, seeds: 0 };
  copy.apply(patch);
  try {
    await withWorld(copy, async (world) => {
      const startedAt = Date.now(); // the limit excludes the build
      const remainingMs = () => LIMIT_MS - (Date.now() - startedAt);
      while (verdict.caughtBy.length === 0 && remainingMs() > 20 * SECOND) {
        verdict.seeds += 1;
        const options = {
          weights,
          faultsMs: 12 * SECOND,
          quiescentWithinMs: Math.min(60 * SECOND, remainingMs() - 15 * SECOND),
        };
        const { violations } = await runSeed(world, verdict.seeds, options);
        const found = [...new Set(violations.map(({ invariant }) => invariant))];
        if (found.length > 0 && !found.some((one) => breaks.includes(one)))
          log(`  ${name}: seed ${verdict.seeds} found ${found.join(', ')}, not ${breaks.join(' or ')}`);
        const first = violations.find(({ invariant }) => breaks.includes(invariant));
        if (first) Object.assign(verdict, { first, caughtBy: found });
        verdict.seconds = (Date.now() - startedAt) / SECOND;
      }
    });
  } finally {
    copy.revert(patch);
  }
  return verdict;
}

async function withWorld(
  copy: PatchedCopy,
  work: (world: Awaited<ReturnType<typeof openWorld>>) => Promise<void>,
) {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const world = await openWorld({ folder, start: await copy.importStart() });
  try {
    await work(world);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export function describeVerdict({ name, caughtBy, seconds, seeds, first }: Verdict): string {
  const after = `after ${seconds.toFixed(0)} s and ${seeds} seed${seeds === 1 ? '' : 's'}`;
  if (!first) return `${name}: NOT CAUGHT ${after}`;
  return `${name}: caught by ${caughtBy.join(', ')} ${after}: ${first.invariant} ${first.text}`;
}
