import { readConfig } from './config.ts';
import { startEmulator } from './emulator.ts';

function log(message: string, details: object = {}): void {
  const line = { time: new Date().toISOString(), name: 'stripe-emulator', message, ...details };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

try {
  const emulator = await startEmulator(readConfig(process.env));
  log('listening', { url: emulator.url });
  const stop = () => void emulator.stop().then(() => log('stopped'));
  process.once('SIGTERM', stop).once('SIGINT', stop);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
