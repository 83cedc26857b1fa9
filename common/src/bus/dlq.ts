/**
 * What an operator does about dead letters: look at them, have their events handled once more, or forget them. Each
 * service keeps its own, so the program runs where the service runs and is told the store by the same environment.
 */
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { destination, pino } from 'pino';
import type { Logger } from 'pino';
import { connectToEvents } from './connect-to-events.ts';
import { busConfig, natsEnv, parseEnv } from '../env.ts';
import { InvalidEventError, checkEvent } from '../events.ts';
import type { CloudEvent, EventName } from '../events.ts';
import { NotConnectedError, UnknownOutcomeError } from '../event-bus.ts';
import type { DeadLetter, EventBus } from '../event-bus.ts';

export type StoredDeadLetter = DeadLetter & { at: Date };

/** Where a service keeps its dead letters. */
export interface DeadLetterReader {
  /** All, the oldest first, or the one with this id. */
  read(id?: string): Promise<StoredDeadLetter[]>;
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

type Desk = {
  openBox: () => Promise<DeadLetterReader>;
  openBus: () => Promise<EventBus>;
  ask: (question: string) => Promise<string>;
  say: (line: string) => void;
  complain: (line: string) => void;
  /** How long a broker that is away is waited for. */
  patienceMs?: number;
};

const usage = `Usage: dlq <command>

  list                    every dead letter of this service: id, when, attempts, why
  show <id>               one of them with its event, as JSON
  retry <id>… | --all     publish the event again; the letter goes once the broker has it
  drop <id>               forget it; asks for the id again

It ends with 0 when it did so, 1 when it did not, 2 when it was not understood.`;

const idsOf = { list: [0, 0], show: [1, 1], retry: [1, Infinity], drop: [1, 1] } as const;
type Command = keyof typeof idsOf;

/** Does what `args` say; the exit code. */
export async function dlq(args: string[], desk: Desk): Promise<number> {
  const wanted = understand(args);
  if (typeof wanted === 'string') {
    desk.complain(`${wanted}\n\n${usage}`);
    return 2;
  }
  if (wanted === undefined) {
    desk.say(usage);
    return 0;
  }
  try {
    const box = await desk.openBox();
    try {
      return await carryOut(wanted.command, wanted.ids, box, desk);
    } finally {
      await box.close();
    }
  } catch (error) {
    desk.complain(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

/** The command and its ids (none for all of them), what is wrong with it, or undefined where help is wanted. */
function understand(args: string[]): { command: Command; ids: string[] } | string | undefined {
  let given;
  try {
    const options = { all: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    given = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return (error as Error).message;
  }
  const [command, ...ids] = given.positionals;
  const { all = false, help } = given.values;
  if (help) return undefined;
  if (command === undefined) return 'It is told what to do.';
  if (!(command in idsOf)) return `There is no command ${command}.`;
  const [least, most] = idsOf[command as Command];
  if (all && (command !== 'retry' || ids.length > 0)) return '--all goes with retry, and with no id.';
  if (ids.length < (all ? 0 : least)) return `${command} needs an id.`;
  if (ids.length > most) return `${command} takes ${most === 0 ? 'no' : 'one'} id.`;
  return { command: command as Command, ids };
}

async function carryOut(command: Command, ids: string[], box: DeadLetterReader, desk: Desk): Promise<number> {
  const letters = ids.length === 0 ? await box.read() : await Promise.all(ids.map((id) => find(box, id)));
  switch (command) {
    case 'list':
      for (const { id, at, attempts, error } of letters)
        desk.say([id, at.toISOString(), attempts, error.replace(/[\p{C}\s]+/gu, ' ')].join('\t'));
      return 0;
    case 'show':
      for (const letter of letters) desk.say(JSON.stringify(letter, null, 2));
      return 0;
    case 'retry':
      return retry(letters, box, desk);
    case 'drop': {
      const answer = await desk.ask(`This cannot be undone. To drop it, type its id again: `);
      if (answer.trim() !== ids[0]) throw new Error('Not dropped: that is not its id.');
      await box.remove(answer.trim());
      desk.say(`${ids[0]} dropped`);
      return 0;
    }
  }
}

async function find(box: DeadLetterReader, id: string): Promise<StoredDeadLetter> {
  const [letter] = await box.read(id);
  if (!letter) throw new Error(`There is no dead letter ${id} here.`);
  return letter;
}

async function retry(letters: StoredDeadLetter[], box: DeadLetterReader, desk: Desk): Promise<number> {
  if (letters.length === 0) return 0;
  let code = 0;
  const bus = await desk.openBus();
  try {
    for (const { id, channel, event } of letters)
      try {
        await publish(bus, checkEvent(event, channel as EventName), desk.patienceMs ?? 10_000);
        await box.remove(id);
        desk.say(`${id} published again`);
      } catch (error) {
        if (!(error instanceof InvalidEventError)) throw error;
        desk.complain(`${id} cannot be published: ${error.message}`);
        code = 1;
      }
  } finally {
    await bus.close();
  }
  return code;
}

/** Whoever handles it can do so twice, so what may or may not have been stored is published once more. */
async function publish(bus: EventBus, event: CloudEvent, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;)
    try {
      return await bus.publish(event);
    } catch (error) {
      const isAway = error instanceof NotConnectedError || error instanceof UnknownOutcomeError;
      if (!isAway || Date.now() > deadline) throw error;
      await wait(50);
    }
}

/** Runs `dlq` as a program on the box that `openBox` finds by its environment. */
export async function runDlq(
  openBox: (env: NodeJS.ProcessEnv, log: Logger) => Promise<DeadLetterReader>,
): Promise<void> {
  const log = pino({ name: 'dlq' }, destination(2));
  process.exitCode = await dlq(process.argv.slice(2), {
    openBox: () => openBox(process.env, log),
    openBus: async () => {
      const nats = busConfig(parseEnv(natsEnv, process.env));
      return connectToEvents({
        ...nats,
        clientId: `${nats.clientId}-dlq-${process.pid}`,
        group: 'dlq',
        deadLetters: () => Promise.reject(new Error('nothing is listened to')),
        log,
      });
    },
    ask: async (question) => {
      process.stderr.write(question);
      for await (const line of createInterface({ input: process.stdin })) return line;
      return '';
    },
    say: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
  });
}
