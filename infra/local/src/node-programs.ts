import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ServiceName } from './build.ts';
import { clientServer, services } from './build.ts';
import type { Targets } from './forwarder.ts';
import type { Program } from './managed-process.ts';
import type { Env, Plan } from './plan.ts';
import { accepts, isOk } from './ports.ts';
import { nodeEnv } from './program-env.ts';
import type { ProgramName } from './system-options.ts';

/** Services and the router are bundles: without it, stack traces would not name the source files. */
const sourceMaps = '--enable-source-maps';

/**
 * The limits of memory are the same as in the cluster, in MiB. With a larger heap, V8 lets garbage grow to several times the
 * live data. A smaller young generation is full sooner, and each time V8 copies what the requests in flight still need.
 */
export const serviceFlags = ['--max-old-space-size=288', '--max-semi-space-size=8', sourceMaps];
const clientFlags = ['--max-old-space-size=384'];

const FIRST_INSPECTOR_PORT = 9230;

/** Where a debugger attaches to a service: fixed, so that `.vscode/launch.json` can name it. */
export function inspectorPort(service: ServiceName): number {
  return FIRST_INSPECTOR_PORT + services.indexOf(service);
}

type NodeProgram = { name: string; program: ProgramName; folder: string; url: string; env: Env };

export function nodeProgram(plan: Plan, { name, program, folder, url, env }: NodeProgram): Program {
  const { root, watch, inspect = [] } = plan;
  const inspector = inspect
    .filter((service) => service === program)
    .map((service) => `--inspect=127.0.0.1:${inspectorPort(service)}`);
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const args = watch
    ? [tsx, 'watch', ...inspector, '--conditions=source', 'src/index.ts']
    : [...serviceFlags, ...inspector, 'dist/index.js'];
  return {
    name,
    command: process.execPath,
    args,
    cwd: join(root, folder),
    env: nodeEnv(plan, program, url, env),
    url,
    isReady: () => isOk(`${url}/healthz/ready`),
  };
}

export function emulatorProgram(
  plan: Plan,
  { url, webhookUrl, publicUrl }: { url: string; webhookUrl: string; publicUrl: string },
): Program {
  const { secretKey, webhookSecret } = plan.keys.stripe;
  const stateFile = join(plan.folder, 'data/emulator/state.json');
  mkdirSync(dirname(stateFile), { recursive: true });
  const env = {
    STATE_FILE: stateFile,
    STRIPE_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    WEBHOOK_URL: webhookUrl,
    PUBLIC_ORIGIN: publicUrl,
  };
  return nodeProgram(plan, { name: 'emulator', program: 'emulator', folder: 'infra/stripe', url, env });
}

export function clientProgram(
  plan: Plan,
  url: string,
  serviceUrl: (service: ServiceName) => string,
): Program {
  const { root, watch, port } = plan;
  const own = {
    AUTH_URL: serviceUrl('auth'),
    TICKETS_URL: serviceUrl('tickets'),
    ORDERS_URL: serviceUrl('orders'),
    PAYMENTS_URL: serviceUrl('payments'),
    PUBLIC_ORIGIN: `http://localhost:${port}`,
    HOSTNAME: '127.0.0.1',
    KEEP_ALIVE_TIMEOUT: '75000',
    NEXT_TELEMETRY_DISABLED: '1',
  };
  const next = join(root, 'node_modules/next/dist/bin/next');
  const dev = [next, 'dev', '-H', '127.0.0.1', '-p', new URL(url).port];
  return {
    name: 'client',
    command: process.execPath,
    args: watch ? dev : [...clientFlags, clientServer(root)],
    cwd: join(root, 'client'),
    env: nodeEnv(plan, 'client', url, own),
    url,
    isReady: () => isOk(`${url}/healthz/ready`),
  };
}

export function routerProgram(plan: Plan, url: string, targets: Targets): Program {
  const { root, watch, port } = plan;
  const own = { TARGETS: JSON.stringify(targets), ROOT: root };
  return {
    name: 'router',
    command: process.execPath,
    args: watch
      ? ['--import', 'tsx', join(root, 'infra/local/src/router-program.ts')]
      : [sourceMaps, join(root, 'infra/local/dist/router.js')],
    cwd: root,
    env: nodeEnv(plan, 'router', `http://127.0.0.1:${port}`, own),
    url,
    isReady: () => accepts(port),
  };
}
