import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

// There is no cluster here: a kubectl that writes down its arguments takes its place.
const script = join(import.meta.dirname, '../roll-out.sh');

describe('roll-out.sh', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'roll-out-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** `kubectl` is the body of a shell script. Returns the exit code and the arguments of each call of kubectl. */
  function rollOut({ check, kubectl }: { check: string; kubectl: string }) {
    const calls = join(folder, 'calls');
    writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\necho "$*" >>'${calls}'\n${kubectl}\n`);
    chmodSync(join(folder, 'kubectl'), 0o755);
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` };
    const { status } = spawnSync(script, ['staging', 'sh', '-c', check], { env });
    return { status, calls: readFileSync(calls, 'utf8').trim().split('\n') };
  }

  const running = `case "$*" in *'get deployments'*) printf 'auth-depl 7\\nclient-depl 3\\n';; esac`;
  const undone = (calls: string[]) => calls.filter((call) => call.includes(' undo '));

  it('applies the overlay, waits for every program and runs the check', () => {
    const { status, calls } = rollOut({ check: 'exit 0', kubectl: running });

    expect(status).toBe(0);
    expect(calls).toContainEqual(expect.stringMatching(/^apply -k .*\/overlays\/staging$/));
    const waited = calls.filter((call) => call.startsWith('--namespace ticketing-staging rollout status'));
    expect(waited).toHaveLength(6);
    expect(undone(calls)).toEqual([]);
  });

  it.each([
    ['the check fails', 'exit 1', running],
    ['the overlay cannot be applied', 'exit 0', `${running}\ncase "$*" in apply*) exit 1;; esac`],
    [
      'a program does not get ready',
      'exit 0',
      `${running}\ncase "$*" in *'status deployment/orders-depl'*) exit 1;; esac`,
    ],
  ])('goes back to the revisions that ran before when %s', (_when, check, kubectl) => {
    const { status, calls } = rollOut({ check, kubectl });

    expect(status).toBe(1);
    expect(undone(calls)).toEqual([
      '--namespace ticketing-staging rollout undo deployment/auth-depl --to-revision=7',
      '--namespace ticketing-staging rollout undo deployment/client-depl --to-revision=3',
    ]);
  });

  it('goes back with the other programs when one cannot', () => {
    const kubectl = `${running}\ncase "$*" in *'undo deployment/auth-depl'*) exit 1;; esac`;
    expect(undone(rollOut({ check: 'exit 1', kubectl }).calls)).toHaveLength(2);
  });

  it('fails without going back when nothing ran before', () => {
    const { status, calls } = rollOut({ check: 'exit 1', kubectl: '' });
    expect([status, undone(calls)]).toEqual([1, []]);
  });
});

describe('set-images.sh', () => {
  const setImages = join(import.meta.dirname, '../set-images.sh');
  const digest = `owner/ticketing-auth@sha256:${'0'.repeat(64)}`;
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'set-images-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** cosign and kustomize are shell scripts that write down their arguments. */
  function run({ image, cosign, rendered }: { image: string; cosign: string; rendered: string }) {
    const [bin, digests, calls] = ['bin', 'digests', 'calls'].map((name) => join(folder, name));
    const program = (name: string, body: string) => {
      writeFileSync(join(`${bin}`, name), `#!/bin/sh\necho "${name} $*" >>'${calls}'\n${body}\n`, {
        mode: 0o755,
      });
    };
    spawnSync('mkdir', [`${bin}`, `${digests}`]);
    writeFileSync(join(`${digests}`, 'auth'), `${image}\n`);
    program('cosign', cosign);
    program('kustomize', `[ "$1" = build ] && echo '${rendered}' || exit 0`);
    const PATH = `${bin}${delimiter}${process.env['PATH']}`;
    const env = { ...process.env, PATH, GITHUB_REPOSITORY: 'owner/shop' };
    const { status } = spawnSync(setImages, ['staging', `${digests}`], { env });
    return {
      status,
      calls: spawnSync('cat', [`${calls}`], { encoding: 'utf8' })
        .stdout.trim()
        .split('\n'),
    };
  }
  const rendered = `image: ${digest}`;

  it('verifies that the deploy workflow of this repository signed each digest on main, then sets it', () => {
    const { status, calls } = run({ image: digest, cosign: '', rendered });

    expect(status).toBe(0);
    expect(calls.slice(0, 2)).toEqual([
      'cosign verify --certificate-identity https://github.com/owner/shop/.github/workflows/deploy.yml@refs/heads/main ' +
        `--certificate-oidc-issuer https://token.actions.githubusercontent.com ${digest}`,
      `kustomize edit set image ticketing/auth=${digest}`,
    ]);
  });

  it.each([
    ['an image without a digest', { image: 'owner/ticketing-auth:1', cosign: '', rendered }],
    ['an image that another workflow signed', { image: digest, cosign: 'exit 1', rendered }],
  ])('sets no digest for %s', (_what, given) => {
    const { status, calls } = run(given);
    expect(status).toBe(1);
    expect(calls.join()).not.toContain('kustomize edit');
  });

  it('fails when the overlay has an image whose digest is missing', () => {
    expect(run({ image: digest, cosign: '', rendered: 'image: ticketing/orders' }).status).toBe(1);
  });
});
