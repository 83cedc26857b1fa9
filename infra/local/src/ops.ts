// npm run ops -- order|ticket|payment|user <id>: the timeline of the shop that runs under npm start, or from another folder
// (--folder), or in a cluster (--kubernetes <namespace>).
import { spawn } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Facts, Ids, Subject } from '@ticketing/common/ops';
import {
  allIds,
  collectFacts,
  factsOfLogs,
  parseOpsArgs,
  printTimeline,
  readFacts,
  relatedIds,
  terminal,
} from '@ticketing/common/ops';
import type { ServiceName } from './build.ts';
import { services } from './build.ts';
import { findRunningShop } from './running-shop.ts';
import { root } from './system.ts';

type Place = {
  /** The command that runs the program of a service. */
  command: (
    service: ServiceName,
    args: string[],
  ) => { file: string; args: string[]; env?: NodeJS.ProcessEnv };
  readLogs: (ids: Ids) => Promise<Facts[]>;
};

function inFolder(folder: string): Place {
  const shop = findRunningShop(folder);
  return {
    command: (service, args) => ({
      file: process.execPath,
      // Built with the service that runs. It starts in half the time of its source.
      args: [join(root, service, 'dist/ops.js'), ...args],
      env: { ...process.env, ...shop.storeEnv(service), ...(service === 'payments' && shop.stripeEnv()) },
    }),
    readLogs: (ids) => readLogs(join(folder, 'logs'), ids),
  };
}

/** Each pod may read its own store only, so the program runs in a pod of every service. */
function inCluster(namespace: string): Place {
  return {
    command: (service, args) => ({
      file: process.env['KUBECTL'] ?? 'kubectl',
      args: [
        ...['--namespace', namespace, 'exec', '--stdin', `deploy/${service}-depl`, '--'],
        ...['/nodejs/bin/node', 'dist/ops.js', ...args],
      ],
    }),
    readLogs: () => Promise.resolve([]),
  };
}

/** The facts of one service, which gets those that are known so far. Rejects with why it has none. */
async function readService(
  place: Place,
  service: ServiceName,
  { subject, known }: { subject: Subject; known: Facts[] },
): Promise<Facts> {
  const { file, args, env } = place.command(service, ['facts', subject.kind, subject.id]);
  const program = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  program.stdin.on('error', () => undefined); // the program has ended, and its status says why
  program.stdin.end(known.map((facts) => `${JSON.stringify(facts)}\n`).join(''));
  const ended = new Promise<number | Error>((resolve) => {
    program.on('error', resolve);
    program.on('close', (code) => resolve(code ?? 1));
  });
  const [output, errors, status] = await Promise.all([text(program.stdout), text(program.stderr), ended]);
  const [found] = readFacts(output).slice(known.length);
  if (status === 0 && found) return found;
  throw status instanceof Error ? status : new Error(errors.trim());
}

async function readAll(place: Place, subject: Subject): Promise<Facts[]> {
  const facts = await collectFacts(subject, services, (service, known) =>
    readService(place, service, { subject, known }),
  );
  return [...facts, ...(await place.readLogs(relatedIds(subject, facts)))];
}

async function readLogs(folder: string, ids: Ids): Promise<Facts[]> {
  const wanted = allIds(ids);
  const lines: string[] = [];
  const files = services.map((service) => join(folder, `${service}.log`));
  for (const file of files.filter((name) => existsSync(name)))
    for await (const line of createInterface({ input: createReadStream(file) }))
      if (wanted.some((id) => line.includes(id))) lines.push(line); // a log may be larger than the memory
  return [factsOfLogs(lines, ids)];
}

const command = parseOpsArgs(process.argv.slice(2), terminal);
if (typeof command === 'number') process.exitCode = command;
else {
  const { folder = join(root, '.local'), kubernetes } = command;
  const place = kubernetes === undefined ? inFolder(resolve(folder)) : inCluster(kubernetes);
  process.exitCode = printTimeline(command, await readAll(place, command.subject), terminal);
}
