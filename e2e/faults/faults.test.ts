import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '../../infra/local/src/system.ts';
import { wholeOrPart } from '../long.ts';
import { useResource } from '../shop/use-shop.ts';
import { runSeed } from './run-seed.ts';
import { openWorld } from './world.ts';

const SECOND = 1_000;
const folder = mkdtempSync(join(tmpdir(), 'faults-'));
const world = useResource(
  () => openWorld({ folder, start: startSystem }),
  async (opened) => {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  },
);
const seeds = wholeOrPart('faults: seed 1 of 6', [1, 2, 3, 5, 7, 11], [1]);
/** For a slow machine, which completes few purchases in the time of one seed. */
const moreSeeds = [13, 17, 19, 23];
const SEED_MS = 300 * SECOND;
let bought = 0;

async function runWithFaults(seed: number): Promise<void> {
  const { violations, timelines, purchases } = await runSeed(world, seed, { faultsMs: 12 * SECOND });

  if (timelines.length > 0) throw new Error(timelines.join('\n\n'));
  expect(violations).toEqual([]);
  bought += purchases;
}

/** The short form of `npm run faults`; docs/reliability.md lists the invariants. */
describe('the system with two replicas of each service under faults', () => {
  it.each(seeds)('violates no invariant and becomes quiescent with seed %i', runWithFaults, SEED_MS);

  it(
    'completes more than ten purchases during the faults',
    async () => {
      for (const seed of moreSeeds) if (bought <= 10) await runWithFaults(seed);

      expect(bought).toBeGreaterThan(10);
    },
    moreSeeds.length * SEED_MS,
  );
});
