/** The operator's program that requests a resync of services that lack events without noticing it. */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import type { EventBus } from '../event-bus.ts';
import type { Output } from '../program.ts';
import { printUsage } from '../program.ts';
import { resyncs } from '../resync-subjects.ts';
import { requestResync } from './request-resync.ts';

type Dependencies = Output & {
  openBus: () => Promise<EventBus>;
  log: Logger;
  /** How long to retry while the broker is unavailable; 10 s by default. */
  retryMs?: number;
};

type ServiceName = keyof typeof resyncs;
const services = Object.keys(resyncs) as ServiceName[];
const usage = `Usage: resync <service>… | --all

  Has the publishers publish the current states of what a service copies. The service stores those that are newer than its
  own copies, and reacts to each as when it was new. Services: ${services.join(', ')}.

Exit status: 0 requested, 1 failure, 2 invalid command.`;

/** Executes the command line `args` and returns the exit status. */
export async function resync(args: string[], deps: Dependencies): Promise<number> {
  const parsed = readArgs(args);
  if (!('services' in parsed)) return printUsage(parsed, usage, deps);
  const bus = await deps.openBus();
  try {
    for (const source of parsed.services) {
      const { subjects } = resyncs[source];
      const requested = requestResync({ bus, log: deps.log, source, ...resyncs[source] }).then(() => true);
      if (!(await Promise.race([requested, wait(deps.retryMs ?? 10_000, false, { ref: false })]))) {
        deps.printError(`${source}: not requested, because the broker does not answer`);
        return 1;
      }
      deps.print(`${source}: requested ${subjects.join(', ')}`);
    }
    return 0;
  } finally {
    await bus.close();
  }
}

function readArgs(args: string[]): { services: ServiceName[] } | { help: true } | { problem: string } {
  let parsed;
  try {
    const options = { all: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return { problem: (error as Error).message };
  }
  const { all = false, help } = parsed.values;
  if (help) return { help };
  const named = services.filter((name) => parsed.positionals.includes(name));
  const unknown = parsed.positionals.find((name) => !named.some((service) => service === name));
  if (unknown !== undefined) return { problem: `Unknown service: ${unknown}` };
  if (all === named.length > 0) return { problem: 'Name services, or all of them with --all.' };
  return { services: all ? services : named };
}
