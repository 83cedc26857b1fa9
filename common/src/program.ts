/** What the operators' programs dlq, resync and ops share. */
import type { Logger } from 'pino';
import type { EventsOptions } from './bus/connect-to-events.ts';
import { connectToEvents } from './bus/connect-to-events.ts';
import type { EventBus } from './event-bus.ts';

export type Output = { print: (line: string) => void; printError: (line: string) => void };

export const terminal: Output = {
  print: (line) => void process.stdout.write(`${line}\n`),
  printError: (line) => void process.stderr.write(`${line}\n`),
};

/** Prints what is wrong with a command line, or the help that it requests. @returns the exit status. */
export function printUsage(
  parsed: { problem: string } | { help: true },
  usage: string,
  { print, printError }: Output,
): number {
  if ('help' in parsed) {
    print(usage);
    return 0;
  }
  printError(`${parsed.problem}\n\n${usage}`);
  return 2;
}

/** Connects a program that has no subscriptions to the broker of a service, beside the service itself. */
export function connectProgram(
  name: string,
  nats: Pick<EventsOptions, 'url' | 'clientId' | 'clusterId' | 'eventBus'>,
  log: Logger,
): Promise<EventBus> {
  return connectToEvents({
    ...nats,
    clientId: `${nats.clientId}-${name}-${process.pid}`,
    group: name,
    deadLetters: () => Promise.reject(new Error(`${name} has no subscriptions`)),
    log,
  });
}
