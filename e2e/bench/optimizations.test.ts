import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkPatch } from '../faults/patched-copy.ts';
import { optimizations } from './optimizations.ts';
import { scenarios } from './scenarios/index.ts';

const folder = join(import.meta.dirname, 'without');

describe('the patches that remove an optimization', () => {
  it('are exactly one for each optimization', () => {
    expect(readdirSync(folder).sort()).toEqual(optimizations.map(({ name }) => `${name}.patch`).sort());
  });

  it.each(optimizations)('apply to the current code: $name', ({ name }) => {
    expect(() => checkPatch(join(folder, `${name}.patch`))).not.toThrow();
  });

  it.each(optimizations)('are measured by scenarios that exist: $name', ({ scenarios: names }) => {
    expect(scenarios.map(({ name }) => name)).toEqual(expect.arrayContaining([...names]));
  });
});
