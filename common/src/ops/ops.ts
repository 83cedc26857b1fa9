/**
 * The operator's program for timelines. Each service has its own store and may read no other, so the program of a service
 * prints what that service knows, and any of them joins what several have printed.
 */
import { text } from 'node:stream/consumers';
import { parseArgs as parseOptions } from 'node:util';
import type { Mongoose } from 'mongoose';
import type { Logger } from 'pino';
import { destination, pino } from 'pino';
import type { StoredDeadLetters } from '../bus/stored-dead-letters.ts';
import { busConfig, configOrExit, mongoEnv, natsEnv, parseEnv } from '../env.ts';
import type { Output } from '../program.ts';
import { connectProgram, printUsage, terminal } from '../program.ts';
import { mongoTls } from '../store/mongo.ts';
import { mongoDeadLetters } from '../store/mongo-dead-letters.ts';
import type { Facts, Ids, StoredFacts, Subject } from '../timeline/facts.ts';
import { isSubjectId, relatedIds, subjectKinds } from '../timeline/facts.ts';
import type { Verdict } from '../timeline/timeline.ts';
import { timelineOf } from '../timeline/timeline.ts';
import { formatTimeline } from './format-timeline.ts';
import { factsOfLogs } from './log-moments.ts';
import { ownFacts } from './own-facts.ts';

/** Reads the store of a service, its dead letters too. */
export type FactsStore = {
  read: (ids: Ids) => Promise<StoredFacts>;
  deadLetters: Pick<StoredDeadLetters, 'read'>;
  close: () => Promise<void>;
};

/** What to do: print facts, or a timeline. `folder` and `kubernetes` say where the shop runs. */
export type OpsCommand = {
  isFacts: boolean;
  subject: Subject;
  json: boolean;
  folder?: string | undefined;
  kubernetes?: string | undefined;
};

const statusOf: Record<Verdict, number> = { consistent: 0, 'in progress': 0, incomplete: 1, inconsistent: 3 };

const subjects = `  order <id>              the timeline of an order: what happened, in which service, and what is inconsistent
  ticket <id>             of a listing and its orders
  payment <id>            of an order, found by its own id or by that of its PaymentIntent (pi_…)
  user <id>               of a user, the latest orders and listings
      --json              print the timeline as JSON`;

const statuses = `Exit status: 0 consistent or in progress, 1 unknown id, or not all could be read, 2 invalid command, 3 inconsistent.`;

const usage = `Usage: npm run ops -- order|ticket|payment|user <id> [--json]

${subjects}
      --folder <folder>   of the shop that npm start started with this folder; .local by default
      --kubernetes <namespace>
                          of the shop in the cluster that kubectl is connected to

${statuses}`;

const usageInImage = `Usage: ops facts order|ticket|payment|user <id>
       ops order|ticket|payment|user <id> [--json]

  facts …                 print the facts on standard input, and what this service knows: one line of JSON each

The other commands make a timeline of the facts and the lines of logs on standard input:

${subjects}

${statuses}`;

/** Reads a command line. Returns a status to exit with, after printing why, when it is not a valid one. */
export function parseOpsArgs(
  args: string[],
  { inImage = false, ...output }: Output & { inImage?: boolean },
): OpsCommand | number {
  const help = inImage ? usageInImage : usage;
  const refuse = (problem: string) => printUsage({ problem }, help, output);
  let parsed;
  try {
    const places = { folder: { type: 'string' }, kubernetes: { type: 'string' } } as const;
    const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    parsed = parseOptions({ args, options: { ...options, ...places }, allowPositionals: true });
  } catch (error) {
    return refuse((error as Error).message);
  }
  const { json = false, help: isHelp = false, folder, kubernetes } = parsed.values;
  if (isHelp) return printUsage({ help: true }, help, output);
  if (inImage && (folder ?? kubernetes) !== undefined)
    return refuse('The facts are those on standard input.');
  const isFacts = inImage && parsed.positionals[0] === 'facts';
  const [kind, id, ...more] = isFacts ? parsed.positionals.slice(1) : parsed.positionals;
  if (kind === undefined) return refuse('No command given.');
  const known = subjectKinds.find((one) => one === kind);
  if (!known) return refuse(`Unknown command: ${kind}`);
  if (id === undefined) return refuse(`${kind} requires an id.`);
  if (more.length > 0) return refuse(`${kind} takes one id.`);
  const subject = { kind: known, id };
  if (!isSubjectId(subject)) return refuse(`${id} is not an id: 24 hexadecimal digits are.`);
  return { isFacts, subject, json, folder, kubernetes };
}

/** Prints the timeline of the facts. @returns the exit status. */
export function printTimeline(
  { subject, json }: Omit<OpsCommand, 'isFacts'>,
  facts: Facts[],
  { print, printError }: Output,
): number {
  const timeline = timelineOf(subject, facts);
  if (!timeline) {
    const problems = facts.flatMap((one) => one.problems);
    printError([`No ${subject.kind} ${subject.id} was found.`, ...problems].join('\n'));
    return 1;
  }
  print(json ? JSON.stringify(timeline, null, 2) : formatTimeline(timeline));
  return statusOf[timeline.verdict];
}

/** Runs the program of a service in the environment of that service. */
export async function runOps(
  service: string,
  openStore: (env: NodeJS.ProcessEnv, log: Logger) => Promise<FactsStore>,
): Promise<void> {
  const command = parseOpsArgs(process.argv.slice(2), { ...terminal, inImage: true });
  if (typeof command === 'number') return void (process.exitCode = command);
  const input = process.stdin.isTTY ? '' : await text(process.stdin);
  const { subject } = command;
  const known = readFacts(input);
  if (!command.isFacts) {
    const logs = factsOfLogs(input.split('\n'), relatedIds(subject, known));
    return void (process.exitCode = printTimeline(command, [...known, logs], terminal));
  }
  for (const facts of known) terminal.print(JSON.stringify(facts));
  const log = pino({ name: 'ops', level: 'error' }, destination(2));
  terminal.print(JSON.stringify(await readOwnFacts(service, relatedIds(subject, known), { openStore, log })));
}

/** The facts among the lines that programs have printed, one JSON object a line. */
export function readFacts(lines: string): Facts[] {
  return lines.split('\n').flatMap((line) => {
    if (!line.startsWith('{"')) return [];
    try {
      const parsed = JSON.parse(line) as Partial<Facts>;
      return parsed.moments && parsed.problems ? [parsed as Facts] : [];
    } catch {
      return []; // the end of a line of a log
    }
  });
}

async function readOwnFacts(
  service: string,
  ids: Ids,
  {
    openStore,
    log,
  }: { openStore: (env: NodeJS.ProcessEnv, log: Logger) => Promise<FactsStore>; log: Logger },
): Promise<Facts> {
  const nats = configOrExit(() => busConfig(parseEnv(natsEnv, process.env)));
  const bus = await connectProgram('ops', nats, log);
  const opening = openStore(process.env, log);
  const store = await opening.catch((error: unknown) => closedStore(error as Error));
  try {
    return await ownFacts(service, ids, { ...store, bus });
  } finally {
    await Promise.all([store.close(), bus.close()]);
  }
}

/** The facts of a store that cannot be opened are that it cannot be opened. */
function closedStore(error: Error): FactsStore {
  const refuse = () => Promise.reject(error);
  return { read: refuse, deadLetters: { read: refuse }, close: () => Promise.resolve() };
}

/** `runOps` for a service with MongoDB: connects `db` without creating collections or indexes. */
export function runMongoOps(service: string, db: Mongoose, read: FactsStore['read']): Promise<void> {
  return runOps(service, async (env) => {
    const { MONGO_URI, MONGO_CA } = parseEnv(mongoEnv, env);
    const connection = { ...mongoTls(MONGO_CA), serverSelectionTimeoutMS: 5_000, autoCreate: false };
    await db.connect(MONGO_URI, { ...connection, autoIndex: false, bufferCommands: false });
    return { read, deadLetters: mongoDeadLetters(db), close: () => db.disconnect() };
  });
}
