import { readConfig } from './config.ts';

try {
  readConfig();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
