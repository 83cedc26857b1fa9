import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../infra/local/src/system.ts';
import { mutations } from './mutations.ts';

const folder = join(import.meta.dirname, 'mutations');

describe('a mutation', () => {
  it('has a patch, and each patch has its mutation', () => {
    expect(readdirSync(folder).sort()).toEqual(mutations.map(({ name }) => `${name}.patch`).sort());
  });

  it.each(mutations)('fits the services as they are: $name', ({ name }) => {
    const apply = () =>
      execFileSync('git', ['apply', '--check', join(folder, `${name}.patch`)], { cwd: root, stdio: 'pipe' });
    expect(apply).not.toThrow();
  });
});
