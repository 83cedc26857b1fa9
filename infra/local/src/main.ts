// npm start, after the packages are installed.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { endOrphans } from './children.ts';
import { inspectorPort } from './node-programs.ts';
import { choosePublicPort, DEFAULT_PORT } from './public-port.ts';
import { demoUsers, isSeeded, trySeedCatalog } from './seed.ts';
import { getServers } from './servers/get-servers.ts';
import type { Settings } from './settings.ts';
import { readSettings, usage } from './settings.ts';
import type { System } from './system.ts';
import { root, startSystem } from './system.ts';
import type { Progress } from './terminal.ts';
import { print, seconds, showProgress } from './terminal.ts';

const folder = join(root, '.local');
const startedAt = Date.now();
let system: System | undefined;
let progress: Progress | undefined;
let isStopping = false;

async function start() {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    print(usage);
    process.exit(0);
  }
  const settings = readSettings(args, process.env);
  for (const name of await endOrphans(join(folder, 'children.json')))
    print(`Stopped ${name}, which an earlier run had left running.`);
  if (settings.fresh) {
    for (const part of ['data', 'logs']) rmSync(join(folder, part), { recursive: true, force: true });
    print('Removed the data and the logs of earlier runs.');
  }
  const port = await choosePublicPort(settings.port);
  if (settings.port === undefined && port !== DEFAULT_PORT)
    print(`Port ${DEFAULT_PORT} is already in use, so the shop uses port ${port}.`);
  print(`Starting the shop at http://localhost:${port}`);

  const shown = showProgress(settings.watch ? 'Starting' : 'Building and starting');
  progress = shown;
  const warnings: string[] = [];
  const prometheus = settings.observe ? await findPrometheus(shown, warnings) : undefined;
  const marker = join(folder, 'data/seeded.json');
  system = await startSystem({
    folder,
    port,
    watch: settings.watch,
    eventBus: settings.eventBus,
    limits: settings.limits,
    inspect: settings.inspect,
    ...(prometheus ? { prometheus } : {}),
    ...(settings.stripe ? { stripe: settings.stripe } : {}),
    // Before the public port opens, so that no visitor takes a ticket that the demo buyer needs.
    ...(settings.seed && !isSeeded(marker)
      ? { beforeOpening: (url: string) => createDemoData({ url, marker }, shown, warnings) }
      : {}),
    step: shown.done,
    report: (line) => (progress ? progress.update(line) : print(line)),
  });
  shown.end();
  progress = undefined;
  for (const warning of warnings) print(`Warning: ${warning}`);
  printWelcome(system, settings);
}

async function findPrometheus(shown: Progress, warnings: string[]): Promise<string | undefined> {
  try {
    return (await getServers(shown.update, ['prometheus'])).prometheus;
  } catch (error) {
    warnings.push(`the shop runs without metrics: ${(error as Error).message}`);
    return undefined;
  }
}

async function createDemoData(options: { url: string; marker: string }, shown: Progress, warnings: string[]) {
  const since = Date.now();
  shown.update('Creating demo data');
  await trySeedCatalog(options, (line) => warnings.push(line));
  if (warnings.length === 0) shown.done('demo data created', Date.now() - since);
}

function printWelcome(system: System, { seed, stripe, inspect, observe }: Settings) {
  const { url } = system;
  print(`\n  The shop is open at ${url} (started in ${seconds(Date.now() - startedAt)})\n`);
  if (seed)
    for (const { role, email, password } of demoUsers)
      print(`  ${role.padEnd(13)} ${email}  password: ${password}`);
  if (!stripe) print('  Payments      TEST MODE: the built-in Stripe emulator, no real money');
  if (observe) printObservers(system);
  for (const service of inspect) print(`  Inspector     ${service} on 127.0.0.1:${inspectorPort(service)}`);
  print(`  Logs          ${join(folder, 'logs')}`);
  print('\n  Press Ctrl-C to stop. To start with empty data: npm start -- --fresh\n');
}

function printObservers({ processes }: System) {
  const prometheus = processes().find(({ name }) => name === 'prometheus');
  if (prometheus) print(`  Metrics       ${prometheus.url}/consoles/index.html`);
  else print('  Metrics       none; the warning above has the reason');
  print('  Traces        none; no registry that npm start uses has a viewer');
}

async function stop(code: number): Promise<void> {
  if (isStopping) process.exit(1);
  isStopping = true;
  progress?.end();
  print('\nStopping the shop … Press Ctrl-C again to stop it at once.');
  await system?.stop();
  print('The shop has stopped.');
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
// npm passes SIGTERM only to the shell that runs this program, and that shell exits without passing it on.
if (process.env['npm_lifecycle_event']) {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    void stop(0);
  }, 1_000);
  watch.unref();
}

try {
  await start();
} catch (error) {
  if (!isStopping) {
    progress?.end();
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await system?.stop();
    process.exit(1);
  }
}
