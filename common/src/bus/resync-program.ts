// Requests a resync with the connection of the service whose environment it has: node dist/resync.js --help
import { destination, pino } from 'pino';
import { busConfig, configOrExit, natsEnv, parseEnv } from '../env.ts';
import { connectProgram, terminal } from '../program.ts';
import { resync } from './resync.ts';

const log = pino({ name: 'resync' }, destination(2));
process.exitCode = await resync(process.argv.slice(2), {
  log,
  openBus: () =>
    connectProgram(
      'resync',
      configOrExit(() => busConfig(parseEnv(natsEnv, process.env))),
      log,
    ),
  ...terminal,
});
