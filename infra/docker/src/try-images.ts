// npm run cluster:images: builds every image on substitute base images and runs each one on real stores. Needs root.
// `npm run cluster:images -- tickets auth` tries only these two.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { readKeys } from '../../local/src/keys.ts';
import { freePort } from '../../local/src/ports.ts';
import type { ProgramName } from './build-image.ts';
import { buildImage, imageOf, programs, root } from './build-image.ts';
import { makeStoreStandIns } from './stand-in-stores.ts';
import { installPackages, makeStandIns, run } from './stand-ins.ts';

const GRACE_SECONDS = 15;
const requested = process.argv.slice(2);
const names = (Object.keys(programs) as ProgramName[]).filter(
  (name) => requested.length === 0 || requested.includes(name),
);
const folder = mkdtempSync(join(tmpdir(), 'images-'));
const context = join(folder, 'context');
const log = (line: string) => process.stdout.write(`[${Math.round(performance.now() / 1000)} s] ${line}\n`);

/** Copies the files that git tracks, without build output, so that the edit below does not touch the working tree. */
function copyTree() {
  const files = run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root }).split(
    '\n',
  );
  for (const file of files.filter((name) => existsSync(join(root, name)))) {
    mkdirSync(dirname(join(context, file)), { recursive: true });
    // A layer is in the cache only with the same times.
    cpSync(join(root, file), join(context, file), { preserveTimestamps: true });
  }
}

function buildAll(): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const started = performance.now();
      const id = buildImage(name, { context });
      log(`built ${name} in ${Math.round((performance.now() - started) / 1000)} s`);
      return [name, id];
    }),
  );
}

/** The image must contain no shell, compiler, package manager, tests or sources. */
function checkContent(name: ProgramName) {
  const container = run('buildah', ['from', '--pull-never', imageOf(name)]);
  try {
    const tree = run('buildah', ['mount', container]);
    const files = readdirSync(tree, { recursive: true, encoding: 'utf8' });
    const ownFiles = files.filter(
      (file) => !file.includes('node_modules/') || file.includes('node_modules/@ticketing'),
    );
    const forbidden =
      /(^|\/)(sh|bash|npm|npx|apt|dpkg|gcc|tsc)$|node_modules\/(typescript|jest|npm|tsx|eslint)\//;
    assert.deepEqual(
      files.filter((file) => forbidden.test(file)).slice(0, 5),
      [],
      `the image of ${name} contains programs that it must not`,
    );
    const sources = ownFiles.filter((file) => /\.tsx?$|\.test\.js$/.test(file) && !file.endsWith('.d.ts'));
    assert.deepEqual(sources.slice(0, 5), [], `the image of ${name} contains sources`);
    assert.ok(!files.includes(`app/${programs[name]}/src`), `the image of ${name} contains sources`);
  } finally {
    run('buildah', ['rm', container]);
  }
}

type Stores = {
  TEST_MONGO_URI: string;
  TEST_REDIS_URL: string;
  TEST_NATS_URL: string;
  TEST_NATS_CLUSTER_ID: string;
};

async function startStores(): Promise<{ stores: Stores; stop: () => void }> {
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const child = spawn(process.execPath, [tsx, join(root, 'infra/local/src/test-servers.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout }))
    return { stores: JSON.parse(line) as Stores, stop: () => child.stdin.end() };
  throw new Error('the stores did not start');
}

function environment(name: ProgramName, port: number, stores: Stores): Record<string, string> {
  const keys = readKeys(join(folder, 'keys'));
  const common = { HOST: '127.0.0.1', PORT: String(port), PUBLIC_ORIGIN: 'http://localhost:3000' };
  const nats = {
    NATS_URL: stores.TEST_NATS_URL,
    NATS_CLUSTER_ID: stores.TEST_NATS_CLUSTER_ID,
    NATS_CLIENT_ID: `${name}-1`,
  };
  const stripe = { STRIPE_KEY: keys.stripe.secretKey, STRIPE_WEBHOOK_SECRET: keys.stripe.webhookSecret };
  const url = 'http://127.0.0.1:9';
  if (name === 'client')
    return {
      ...common,
      HOSTNAME: '127.0.0.1',
      AUTH_URL: url,
      TICKETS_URL: url,
      ORDERS_URL: url,
      PAYMENTS_URL: url,
    };
  if (name === 'stripe-emulator')
    return { ...common, ...stripe, STATE_FILE: '/tmp/state.json', WEBHOOK_URL: url };
  if (name === 'expiration') return { ...common, ...nats, REDIS_URL: stores.TEST_REDIS_URL };
  return {
    ...common,
    ...nats,
    MONGO_URI: `${stores.TEST_MONGO_URI}/images_${name}`,
    COOKIE_SECURE: 'false',
    JWT_PUBLIC_KEY_FILE: '/keys/jwt-public.pem',
    ...(name === 'auth' && { JWT_PRIVATE_KEY_FILE: '/keys/jwt-private.pem' }),
    ...(name === 'payments' && { ...stripe, STRIPE_API_BASE: url, ALLOW_TEST_PAYMENTS: 'true' }),
  };
}

async function tryImage(name: ProgramName, stores: Stores) {
  const port = await freePort();
  const env = Object.entries(environment(name, port, stores)).map(([key, value]) => `--env=${key}=${value}`);
  const confined = [
    '--read-only',
    '--read-only-tmpfs=false',
    '--tmpfs=/tmp',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
  ];
  const keys = `--volume=${join(folder, 'keys')}:/keys:ro`;
  const podman = (...args: string[]) =>
    run('env', [`CONTAINERS_CONF=${join(folder, 'containers.conf')}`, 'podman', ...args]);
  const id = podman('run', '--detach', '--network=host', ...confined, keys, ...env, imageOf(name));
  try {
    const started = performance.now();
    for (const deadline = Date.now() + 120_000; ; await wait(200)) {
      const response = await fetch(`http://127.0.0.1:${port}/healthz/ready`).catch(() => undefined);
      if (response?.ok) break;
      const isRunning = podman('inspect', '--format={{.State.Running}}', id) === 'true';
      assert.ok(
        isRunning && Date.now() < deadline,
        `${name} is not ready:\n${podman('logs', id).slice(-2000)}`,
      );
    }
    const readyMs = Math.round(performance.now() - started);
    const uid = podman('exec', id, '/nodejs/bin/node', '-p', 'process.getuid()');
    assert.equal(uid, '65532', `${name} runs as ${uid}`);
    const write =
      "try { require('fs').writeFileSync('/app/x', ''); console.log('written') } catch (e) { console.log(e.code) }";
    assert.equal(
      podman('exec', id, '/nodejs/bin/node', '-e', write),
      'EROFS',
      `${name} can write to its root`,
    );
    if (name !== 'client' && name !== 'stripe-emulator') {
      const deadLetters = podman('exec', id, '/nodejs/bin/node', 'dist/dlq.js', 'list');
      assert.equal(deadLetters, '', `${name} has dead letters`);
      const usage = podman('exec', id, '/nodejs/bin/node', 'dist/ops.js', '--help');
      assert.match(usage, /^Usage: ops facts/, `${name} has no program for timelines`);
    }
    if (name === 'orders') {
      const requested = podman('exec', id, '/nodejs/bin/node', 'dist/resync.js', 'orders');
      assert.match(requested, /^orders: requested /, 'orders cannot request a resync');
    }
    const stopping = performance.now();
    podman('stop', `--time=${GRACE_SECONDS}`, id);
    const code = podman('inspect', '--format={{.State.ExitCode}}', id);
    assert.ok(
      code === '0' || code === '143',
      `${name} exited with ${code}: ${podman('logs', id).slice(-1000)}`,
    );
    log(
      `${name}: ready after ${readyMs} ms as 65532, stopped after ${Math.round(performance.now() - stopping)} ms with ${code}`,
    );
  } finally {
    podman('rm', '--force', id);
  }
}

try {
  installPackages();
  makeStandIns();
  writeFileSync(
    join(folder, 'containers.conf'),
    '[containers]\ndefault_ulimits=["nofile=20000:20000","nproc=1024:1024"]\n[engine]\ncgroup_manager="cgroupfs"\nruntime="runc"\n',
  );
  copyTree();
  const before = buildAll();
  for (const name of names) checkContent(name);
  log('no image contains a shell, a compiler, npm, tests or sources');

  readKeys(join(folder, 'keys'));
  run('chmod', ['-R', 'a+rX', join(folder, 'keys'), folder]);
  const { stores, stop } = await startStores();
  try {
    for (const name of names) await tryImage(name, stores);
  } finally {
    stop();
  }

  appendFileSync(join(context, 'tickets/src/index.ts'), "\nlog.info('edited');\n");
  const after = buildAll();
  const changed = names.filter((name) => before[name] !== after[name]);
  assert.deepEqual(
    changed,
    names.includes('tickets') ? ['tickets'] : [],
    'an edit in tickets/src changes the image of tickets and no other',
  );
  log('an edit in tickets/src changed the image of tickets only');
  buildImage('tickets', { context, target: 'dev', tag: 'localhost/ticketing/tickets:dev' });
  log('built the stage for skaffold dev');
  if (requested.length === 0) {
    await makeStoreStandIns();
    log('built the images of the stores');
  }
  log(`${names.length} images passed`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
