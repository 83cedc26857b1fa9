import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder, placeAtomically, withLock } from './cache.ts';
import { mongod } from './mongod.ts';
import { natsServer } from './nats-server.ts';
import { natsStreaming } from './nats-streaming.ts';
import { prometheus, promtool } from './prometheus.ts';
import { redis } from './redis.ts';
import { run } from './run.ts';
import type { Server, ServerName } from './server.ts';

export type Report = (line: string) => void;
type FailedAttempt = { source: string; reason: string };

const servers: Record<ServerName, Server> = {
  mongod,
  'redis-server': redis,
  'nats-streaming-server': natsStreaming,
  'nats-server': natsServer,
  prometheus,
  promtool,
};
const defaultNames = ['mongod', 'redis-server', 'nats-streaming-server'] as const;

export function getServers(report?: Report): Promise<Record<(typeof defaultNames)[number], string>>;
export function getServers<N extends ServerName>(
  report: Report,
  names: readonly N[],
): Promise<Record<N, string>>;
/** Finds or downloads the servers in parallel; rejects with one error that lists everything tried. */
export async function getServers(
  report: Report = () => undefined,
  names: readonly ServerName[] = defaultNames,
): Promise<Partial<Record<ServerName, string>>> {
  const results = await Promise.allSettled(
    names.map(async (name) => [name, await getServer(servers[name], report, process.env)] as const),
  );
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [(result.reason as Error).message] : [],
  );
  if (reasons.length > 0) throw new Error(reasons.join('\n\n'));
  return Object.fromEntries(
    results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
  );
}

export async function getServer(server: Server, report: Report, env: NodeJS.ProcessEnv): Promise<string> {
  const userPath = env[server.variable];
  if (userPath) {
    await verify(server, userPath).catch((error: Error) => {
      throw new Error(`${server.variable} is invalid: ${error.message}`);
    });
    return userPath;
  }
  const tried: FailedAttempt[] = [{ source: server.variable, reason: 'not set' }];
  const cache = cacheFolder(env);
  const cached = join(cache, server.name, server.name);
  const onPath = await findOnPath(server.name, env);
  if (onPath && (await attempt('PATH', tried, () => verify(server, onPath)))) return onPath;
  if (!onPath) tried.push({ source: 'PATH', reason: `${server.name} not found` });
  if (await attempt('cache', tried, () => verify(server, cached))) return cached;
  return withLock(cache, server.name, async () => {
    // Another process may have downloaded it while this one waited for the lock.
    if (await attempt('cache', [], () => verify(server, cached))) return cached;
    for (const source of server.sources) {
      const started = Date.now();
      report(`Getting ${server.name}: ${source.name} …`);
      const isFetched = await attempt(source.name, tried, () =>
        placeAtomically(cache, server.name, async (folder) => {
          await source.get(folder);
          await verify(server, join(folder, server.name));
        }),
      );
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      if (isFetched) report(`Got ${server.name} in ${seconds} s`);
      else report(`Could not get ${server.name}: ${source.name}: ${tried.at(-1)?.reason ?? ''}`);
      if (isFetched) return cached;
    }
    throw new Error(notFoundMessage(server, tried));
  });
}

async function attempt(
  source: string,
  tried: FailedAttempt[],
  work: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    tried.push({ source, reason: (error as Error).message });
    return false;
  }
}

function notFoundMessage(server: Server, tried: FailedAttempt[]): string {
  const width = Math.max(...tried.map(({ source }) => source.length));
  return [
    `${server.name} ${server.minimumVersion} or later was not found and could not be downloaded. Tried:`,
    ...tried.map(({ source, reason }) => `  ${source.padEnd(width)}  ${reason}`),
    `Install it and try again:  ${server.install}`,
    `Or set the path of your own copy:  ${server.variable}=/path/to/${server.name}`,
  ].join('\n');
}

/** Runs the program with --version; throws when it does not run or is too old. */
async function verify(server: Server, path: string): Promise<void> {
  await access(path, constants.X_OK).catch(() => {
    throw new Error(`${path} does not exist or is not executable`);
  });
  const printed = await run(path, ['--version'], { timeoutMs: 20_000 });
  const version = /(\d+)\.(\d+)\.(\d+)/.exec(printed)?.[0];
  if (!version) throw new Error(`${path} --version printed no version`);
  if (isOlder(version, server.minimumVersion))
    throw new Error(`${path} has version ${version}, which is older than ${server.minimumVersion}`);
}

function isOlder(version: string, minimum: string): boolean {
  return version.localeCompare(minimum, 'en', { numeric: true }) < 0;
}

async function findOnPath(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, program);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}
