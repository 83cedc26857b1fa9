import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../src/system.ts';
import LongestFirst, { longestFiles } from './longest-first.mjs';

/** @returns the order in which files with these sizes start; `known` has the durations of an earlier run. */
function startOrder(sizes: Record<string, number>, known: Record<string, number> = {}) {
  class WithDurations extends LongestFirst {
    override time({ path }: { path: string }) {
      return known[path];
    }
    override hasFailed() {
      return false;
    }
  }
  const context = { hasteFS: { getSize: (path: string) => sizes[path] ?? 0 } };
  const files = Object.keys(sizes).map((path) => ({ path, context }));
  return new WithDurations({}).sort(files).map(({ path }) => path);
}

const [longest = '', second = ''] = longestFiles.map((file) => join(root, file));

describe('the order of test files', () => {
  it('begins with the files that are known to be long, then the largest, when nothing was measured', () => {
    expect(startOrder({ small: 1, [second]: 2, large: 9, [longest]: 3 })).toEqual([
      longest,
      second,
      'large',
      'small',
    ]);
  });

  it('follows the durations of the last run where there are any', () => {
    const sizes = { quick: 9, [longest]: 3, slow: 1 };

    expect(startOrder(sizes, { quick: 10, [longest]: 20, slow: 30 })).toEqual(['slow', longest, 'quick']);
  });

  it('names only files that exist', () => {
    expect(longestFiles.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
