// Requests a resync with the connection of the service whose environment it has: node dist/bus/resync-program.js --help
import { destination, pino } from 'pino';
import { busConfig, configOrExit, natsEnv, parseEnv } from '../env.ts';
import { connectToEvents } from './connect-to-events.ts';
import { resync } from './resync.ts';

const log = pino({ name: 'resync' }, destination(2));
process.exitCode = await resync(process.argv.slice(2), {
  log,
  openBus() {
    const nats = configOrExit(() => busConfig(parseEnv(natsEnv, process.env)));
    return connectToEvents({
      ...nats,
      clientId: `${nats.clientId}-resync-${process.pid}`,
      group: 'resync',
      deadLetters: () => Promise.reject(new Error('resync has no subscriptions')),
      log,
    });
  },
  print: (line) => void process.stdout.write(`${line}\n`),
  printError: (line) => void process.stderr.write(`${line}\n`),
});
