import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '../../infra/local/src/system.ts';
import { wholeOrPart } from '../long.ts';
import { useOpened } from '../shop/use-shop.ts';
import { runSeed } from './round.ts';
import { openWorld } from './world.ts';

const SECOND = 1_000;
const folder = mkdtempSync(join(tmpdir(), 'faults-'));
const world = useOpened(
  () => openWorld({ folder, start: startSystem }),
  async (opened) => {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  },
);
const seeds = wholeOrPart('faults: seed 1 of 6', [1, 2, 3, 5, 7, 11], [1]);
let bought = 0;

/** The short form of `npm run faults`; docs/reliability.md says what it looks for. */
describe('the whole shop, with two of every service, under faults', () => {
  it.each(seeds)(
    'loses nothing, sells nothing twice, charges nobody twice and comes to rest, with seed %i',
    async (seed) => {
      const { violations, stories, purchases } = await runSeed(world, seed, { faultsMs: 12 * SECOND });

      if (stories.length > 0) throw new Error(stories.join('\n\n'));
      expect(violations).toEqual([]);
      bought += purchases;
    },
    300 * SECOND,
  );

  it('goes on selling meanwhile', () => {
    expect(bought).toBeGreaterThan(10);
  });
});
