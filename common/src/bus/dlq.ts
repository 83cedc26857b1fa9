/**
 * The operator's program for dead letters: list and show them, publish their events again, or delete them. Each service
 * stores its own dead letters, so the program runs with the environment of that service.
 */
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs as parseOptions } from 'node:util';
import type { Logger } from 'pino';
import { destination, pino } from 'pino';
import { InvalidEventError } from '../check-event.ts';
import { busConfig, natsEnv, parseEnv } from '../env.ts';
import type { EventBus } from '../event-bus.ts';
import { NotConnectedError, NotPermittedError, UnknownOutcomeError } from '../event-bus.ts';
import type { CloudEvent } from '../events.ts';
import type { Output } from '../program.ts';
import { connectProgram, printUsage, terminal } from '../program.ts';
import type { DeadLetterReader, StoredDeadLetter } from './stored-dead-letters.ts';
import { retryDeadLetter } from './stored-dead-letters.ts';

type Dependencies = Output & {
  openReader: () => Promise<DeadLetterReader>;
  /** As the operator, who may publish the events of every service, or as the service itself. */
  openBus: (asOperator: boolean) => Promise<EventBus>;
  prompt: (question: string) => Promise<string>;
  /** How long to retry while the broker is unavailable; 10 s by default. */
  retryMs?: number;
};

const usage = `Usage: dlq <command>

  list                    list the dead letters of this service: id, time, attempts, error
  show <id>               print one dead letter with its event, as JSON
  retry <id>… | --all     publish the events again; delete each dead letter once the broker has stored its event
      --operator          connect to the broker as its operator, with the password from standard input: a service may
                          not publish the events of another one
  drop <id>               delete a dead letter; asks for its id again

Exit status: 0 success, 1 failure, 2 invalid command.`;

const idCounts = { list: [0, 0], show: [1, 1], retry: [1, Infinity], drop: [1, 1] } as const;
type Command = keyof typeof idCounts;

/** Executes the command line `args` and returns the exit status. */
export async function dlq(args: string[], deps: Dependencies): Promise<number> {
  const parsed = parseArgs(args);
  if (!('command' in parsed)) return printUsage(parsed, usage, deps);
  try {
    const reader = await deps.openReader();
    try {
      return await run(parsed, reader, deps);
    } finally {
      await reader.close();
    }
  } catch (error) {
    deps.printError(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

/** `ids` is empty for a command on all dead letters. */
type Parsed = { command: Command; ids: string[]; asOperator: boolean };
type ParsedArgs = Parsed | { help: true } | { problem: string };

function parseArgs(args: string[]): ParsedArgs {
  let parsed;
  try {
    const options = {
      all: { type: 'boolean' },
      operator: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    parsed = parseOptions({ args, options, allowPositionals: true });
  } catch (error) {
    return { problem: (error as Error).message };
  }
  const [command, ...ids] = parsed.positionals;
  const { all = false, operator: asOperator = false, help } = parsed.values;
  if (help) return { help };
  if (command === undefined) return { problem: 'No command given.' };
  if (!(command in idCounts)) return { problem: `Unknown command: ${command}` };
  const [least, most] = idCounts[command as Command];
  if (all && (command !== 'retry' || ids.length > 0))
    return { problem: '--all is only allowed with retry, and without an id.' };
  if (asOperator && command !== 'retry') return { problem: '--operator is only allowed with retry.' };
  if (ids.length < (all ? 0 : least)) return { problem: `${command} requires an id.` };
  if (ids.length > most) return { problem: `${command} takes ${most === 0 ? 'no' : 'one'} id.` };
  return { command: command as Command, ids, asOperator };
}

async function run(
  { command, ids, asOperator }: Parsed,
  reader: DeadLetterReader,
  deps: Dependencies,
): Promise<number> {
  const deadLetters =
    ids.length === 0 ? await reader.read() : await Promise.all(ids.map((id) => find(reader, id)));
  switch (command) {
    case 'list':
      for (const { id, at, attempts, error } of deadLetters)
        deps.print([id, at.toISOString(), attempts, error.replace(/[\p{C}\s]+/gu, ' ')].join('\t'));
      return 0;
    case 'show':
      for (const deadLetter of deadLetters) deps.print(JSON.stringify(deadLetter, null, 2));
      return 0;
    case 'retry':
      return retry(deadLetters, reader, deps, asOperator);
    case 'drop': {
      const answer = await deps.prompt(
        'This cannot be undone. To delete the dead letter, type its id again: ',
      );
      if (answer.trim() !== ids[0]) throw new Error('Not deleted: the ids differ.');
      await reader.remove(answer.trim());
      deps.print(`${ids[0]} deleted`);
      return 0;
    }
  }
}

async function find(reader: DeadLetterReader, id: string): Promise<StoredDeadLetter> {
  const [deadLetter] = await reader.read({ id });
  if (!deadLetter) throw new Error(`No dead letter with id ${id}.`);
  return deadLetter;
}

async function retry(
  deadLetters: StoredDeadLetter[],
  reader: DeadLetterReader,
  deps: Dependencies,
  asOperator: boolean,
): Promise<number> {
  if (deadLetters.length === 0) return 0;
  let status = 0;
  const bus = await deps.openBus(asOperator);
  try {
    for (const deadLetter of deadLetters) {
      const { id } = deadLetter;
      try {
        await retryDeadLetter(deadLetter, reader, (event) => publish(bus, event, deps.retryMs ?? 10_000));
        deps.print(`${id} published again`);
      } catch (error) {
        if (error instanceof NotPermittedError)
          throw new Error(`${id} is an event of another service: see --operator.`, { cause: error });
        if (!(error instanceof InvalidEventError)) throw error;
        deps.printError(`${id} cannot be published: ${error.message}`);
        status = 1;
      }
    }
  } finally {
    await bus.close();
  }
  return status;
}

/** Retries after an unknown outcome too: handlers are idempotent, so a second copy of the event is harmless. */
async function publish(bus: EventBus, event: CloudEvent, retryMs: number): Promise<void> {
  const deadline = Date.now() + retryMs;
  for (;;)
    try {
      return await bus.publish(event, { isReceived: true });
    } catch (error) {
      const isRetryable = error instanceof NotConnectedError || error instanceof UnknownOutcomeError;
      if (!isRetryable || Date.now() > deadline) throw error;
      await wait(50);
    }
}

/**
 * Runs `dlq` with the arguments and the environment of this process, and sets the exit status. `openReader` opens the
 * service's store of dead letters.
 */
export async function runDlq(
  openReader: (env: NodeJS.ProcessEnv, log: Logger) => Promise<DeadLetterReader>,
): Promise<void> {
  const log = pino({ name: 'dlq' }, destination(2));
  process.exitCode = await dlq(process.argv.slice(2), {
    openReader: () => openReader(process.env, log),
    openBus: async (asOperator) => {
      const nats = busConfig(parseEnv(natsEnv, process.env));
      const url = asOperator ? urlOfOperator(nats.url, await firstLine()) : nats.url;
      return connectProgram('dlq', { ...nats, url }, log);
    },
    prompt: async (question) => {
      process.stderr.write(question);
      return firstLine();
    },
    ...terminal,
  });
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  return '';
}

function urlOfOperator(url: string, password: string): string {
  return Object.assign(new URL(url), { username: 'operator', password: password.trim() }).href;
}
