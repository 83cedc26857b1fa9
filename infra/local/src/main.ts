// npm start, after the packages are installed.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { endOrphans } from './children.ts';
import { inspectorPort } from './node-programs.ts';
import { choosePublicPort } from './public-port.ts';
import { demoUsers, seedCatalog } from './seed.ts';
import { readSettings } from './settings.ts';
import { root, startSystem } from './system.ts';
import type { System } from './system.ts';
import { seconds, showProgress } from './terminal.ts';

const folder = join(root, '.local');
const started = Date.now();
const say = (line: string) => void process.stdout.write(`${line}\n`);
let system: System | undefined;
let progress: ReturnType<typeof showProgress> | undefined;
let isStopping = false;

async function start() {
  const settings = readSettings(process.argv.slice(2), process.env);
  for (const name of await endOrphans(join(folder, 'children.json')))
    say(`Ended ${name}, left by an earlier run.`);
  if (settings.fresh)
    for (const part of ['data', 'logs']) rmSync(join(folder, part), { recursive: true, force: true });
  const port = await choosePublicPort(settings.port);
  say(
    `Starting the shop on http://localhost:${port}${settings.port === undefined && port !== 3000 ? ' (port 3000 is taken)' : ''}`,
  );

  const shown = showProgress(settings.watch ? 'Starting' : 'Building and starting');
  progress = shown;
  system = await startSystem({
    folder,
    port,
    watch: settings.watch,
    eventBus: settings.eventBus,
    inspect: settings.inspect,
    ...(settings.stripe ? { stripe: settings.stripe } : {}),
    step: shown.done,
    report: (line) => (progress ? progress.say(line) : say(line)),
  });
  if (settings.seed) {
    const since = Date.now();
    shown.say('Filling the catalogue');
    await seedCatalog({ url: system.url, marker: join(folder, 'data/seeded.json') });
    shown.done('catalogue', Date.now() - since);
  }
  shown.end();
  progress = undefined;
  welcome(system, settings.seed, settings.stripe !== undefined);
  for (const service of settings.inspect)
    say(`  Inspector     ${service} on 127.0.0.1:${inspectorPort(service)}`);
}

function welcome({ url }: System, seeded: boolean, isReal: boolean) {
  say(`\n  The shop is open:  ${url}   (after ${seconds(Date.now() - started)})\n`);
  if (seeded)
    for (const { role, email, password } of demoUsers) say(`  ${role.padEnd(13)} ${email}  /  ${password}`);
  if (!isReal) say('  TEST MODE     no real money: cards are decided by the built-in Stripe emulator');
  say(`  Logs          ${join(folder, 'logs')}`);
  say('  Ctrl-C stops everything; npm start -- --fresh begins with empty data.\n');
}

async function stop(code: number): Promise<void> {
  if (isStopping) process.exit(1);
  isStopping = true;
  progress?.end();
  say('\nStopping …');
  await system?.stop();
  say('Stopped.');
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
// npm passes SIGTERM on to the shell by which it runs this program, and the shell dies of it without passing it on.
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
