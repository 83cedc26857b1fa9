import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder, placeAtomically, withLock } from './cache.ts';
import { mongod } from './mongod.ts';
import { natsServer } from './nats-server.ts';
import { natsStreaming } from './nats-streaming.ts';
import { redis } from './redis.ts';
import { run } from './run.ts';
import type { Server, ServerName } from './server.ts';

export type Report = (line: string) => void;
type Attempt = { source: string; reason: string };

const servers: Record<ServerName, Server> = {
  mongod,
  'redis-server': redis,
  'nats-streaming-server': natsStreaming,
  'nats-server': natsServer,
};
const usual = ['mongod', 'redis-server', 'nats-streaming-server'] as const;

export function getServers(report?: Report): Promise<Record<(typeof usual)[number], string>>;
export function getServers<N extends ServerName>(
  report: Report,
  names: readonly N[],
): Promise<Record<N, string>>;
/** Finds or fetches servers, all at once; rejects with one message that names everything tried. */
export async function getServers(
  report: Report = () => undefined,
  names: readonly ServerName[] = usual,
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
  const own = env[server.variable];
  if (own) {
    await verify(server, own).catch((error: Error) => {
      throw new Error(`${server.variable} cannot be used: ${error.message}`);
    });
    return own;
  }
  const tried: Attempt[] = [{ source: server.variable, reason: 'not set' }];
  const cache = cacheFolder(env);
  const cached = join(cache, server.name, server.name);
  const onPath = await findOnPath(server.name, env);
  if (onPath && (await attempt('PATH', tried, () => verify(server, onPath)))) return onPath;
  if (!onPath) tried.push({ source: 'PATH', reason: `no ${server.name} there` });
  if (await attempt('cache', tried, () => verify(server, cached))) return cached;
  return withLock(cache, server.name, async () => {
    // Another checkout may have fetched it while this one waited for the lock.
    if (await attempt('cache', [], () => verify(server, cached))) return cached;
    for (const source of server.sources) {
      const started = Date.now();
      report(`${server.name}: ${source.name} …`);
      const fetched = await attempt(source.name, tried, () =>
        placeAtomically(cache, server.name, async (folder) => {
          await source.get(folder);
          await verify(server, join(folder, server.name));
        }),
      );
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      if (fetched) report(`${server.name}: ready after ${seconds} s`);
      else report(`${server.name}: ${source.name}: ${tried.at(-1)?.reason ?? ''}`);
      if (fetched) return cached;
    }
    throw new Error(explain(server, tried));
  });
}

async function attempt(source: string, tried: Attempt[], work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    tried.push({ source, reason: (error as Error).message });
    return false;
  }
}

function explain(server: Server, tried: Attempt[]): string {
  const width = Math.max(...tried.map(({ source }) => source.length));
  return [
    `${server.name} (${server.atLeast} or later) was not found and could not be fetched. Tried:`,
    ...tried.map(({ source, reason }) => `  ${source.padEnd(width)}  ${reason}`),
    `Install it and start again:  ${server.install}`,
    `or name your own copy:  ${server.variable}=/path/to/${server.name}`,
  ].join('\n');
}

/** The program must run and say that it is new enough. */
async function verify(server: Server, path: string): Promise<void> {
  await access(path, constants.X_OK).catch(() => {
    throw new Error(`no program at ${path}`);
  });
  const printed = await run(path, ['--version'], { timeoutMs: 20_000 });
  const version = /(\d+)\.(\d+)\.(\d+)/.exec(printed)?.[0];
  if (!version) throw new Error(`${path} does not tell its version`);
  if (isOlder(version, server.atLeast))
    throw new Error(`${path} is ${version}, older than ${server.atLeast}`);
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
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
