import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Invariant, Violation } from './checker.ts';
import { createPatchedCopy } from './patched-copy.ts';
import type { PatchedCopy } from './patched-copy.ts';
import type { Weights } from './nemesis.ts';
import { runSeed } from './round.ts';
import { openWorld } from './world.ts';

const SECOND = 1_000;
const LIMIT_MS = 180 * SECOND;

/** A defect that the tests have to notice: a patch, the faults that bring it out, and what may never be. */
type Mutation = { name: string; weights: Weights; breaks: readonly Invariant[] };

/** Each is `mutations/<name>.patch`. `breaks`: any of these names it; what is found besides is only printed. */
export const mutations: readonly Mutation[] = [
  { name: 'no-unique-index', weights: { 'clock wrong': 1, slow: 1 }, breaks: ['I1'] },
  { name: 'no-outbox', weights: { 'crash point': 4, kill: 4, 'store down': 2 }, breaks: ['I5'] },
  {
    name: 'ack-before-write',
    weights: { 'killed while its store is away': 1 },
    breaks: ['I5', 'I7', 'I1'],
  },
  {
    name: 'no-idempotency-key',
    weights: { 'Stripe cut before or after the effect': 4, 'Stripe fails': 3, 'crash point': 3, kill: 1 },
    breaks: ['I4', 'I2'],
  },
  { name: 'no-version-gate', weights: { 'crash point': 4, kill: 4, freeze: 3, cut: 2 }, breaks: ['I5'] },
  { name: 'capture-without-compare-and-set', weights: { kill: 2, slow: 3, freeze: 3 }, breaks: ['I3', 'I2'] },
  { name: 'broker-in-memory', weights: { 'broker restarted while a service is away': 1 }, breaks: ['I5'] },
  { name: 'sweeper-off', weights: { 'crash point': 4, 'store down': 3, kill: 3 }, breaks: ['I9', 'I5'] },
  { name: 'cancel-does-not-void', weights: { slow: 1 }, breaks: ['I3'] },
];

export type Verdict = {
  name: string;
  caughtBy: Invariant[];
  seconds: number;
  seeds: number;
  first?: Violation;
};

/**
 * Spoils a copy of the programs with one defect after the other and lets the same seeds, faults and checks find it.
 * First of all the copy as it is, which has to pass: a checker that always complains proves nothing either.
 */
export async function runMutations(
  only: string | undefined,
  say: (line: string) => void,
): Promise<Verdict[]> {
  const copy = createPatchedCopy();
  const verdicts: Verdict[] = [];
  try {
    const chosen = mutations.filter(({ name }) => only === undefined || name === only);
    if (only === undefined) await control(copy, say);
    for (const mutation of chosen) {
      const verdict = await hunt(copy, mutation, say);
      verdicts.push(verdict);
      say(describeVerdict(verdict));
    }
  } finally {
    copy.remove();
  }
  return verdicts;
}

async function control(copy: PatchedCopy, say: (line: string) => void) {
  await withWorld(copy, async (world) => {
    const { violations } = await runSeed(world, 1, {
      weights: { kill: 1, 'crash point': 1, cut: 1, 'store down': 1 },
    });
    if (violations.length > 0)
      throw new Error(
        `without any mutation:\n${violations.map(({ invariant, text }) => `${invariant} ${text}`).join('\n')}`,
      );
    say('without a mutation: no violation');
  });
}

async function hunt(
  copy: PatchedCopy,
  { name, weights, breaks }: Mutation,
  say: (line: string) => void,
): Promise<Verdict> {
  const patch = join(import.meta.dirname, 'mutations', `${name}.patch`);
  const verdict: Verdict = { name, caughtBy: [], seconds: 0, seeds: 0 };
  copy.apply(patch);
  try {
    await withWorld(copy, async (world) => {
      const startedAt = Date.now(); // not counting what it takes to build
      const rest = () => LIMIT_MS - (Date.now() - startedAt);
      while (verdict.caughtBy.length === 0 && rest() > 20 * SECOND) {
        verdict.seeds += 1;
        const options = {
          weights,
          faultsMs: 12 * SECOND,
          quietWithinMs: Math.min(60 * SECOND, rest() - 15 * SECOND),
        };
        const { violations } = await runSeed(world, verdict.seeds, options);
        const found = [...new Set(violations.map(({ invariant }) => invariant))];
        if (found.length > 0 && !found.some((one) => breaks.includes(one)))
          say(`  ${name}: seed ${verdict.seeds} found ${found.join(', ')}, not ${breaks.join(' or ')}`);
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
