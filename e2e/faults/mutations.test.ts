import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mutations } from './mutations.ts';
import { checkPatch } from './patched-copy.ts';

const folder = join(import.meta.dirname, 'mutations');

describe('the patches of the mutations', () => {
  it('are exactly one for each mutation', () => {
    expect(readdirSync(folder).sort()).toEqual(mutations.map(({ name }) => `${name}.patch`).sort());
  });

  it.each(mutations)('apply to the current code: $name', ({ name }) => {
    expect(() => checkPatch(join(folder, `${name}.patch`))).not.toThrow();
  });
});
