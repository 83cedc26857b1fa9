// npm run lift-suspension -- <e-mail address> [<folder>]: lets a suspended seller list tickets again, in the shop that runs
// under npm start, or from another folder.
import { join, resolve } from 'node:path';
import { findRunningShop, runProgram } from './running-shop.ts';
import { root } from './system.ts';

const [email, folder = join(root, '.local')] = process.argv.slice(2);
if (!email) {
  process.stderr.write(
    'Start the shop first (npm start), then: npm run lift-suspension -- <e-mail address>\n',
  );
  process.exit(2);
}

const env = { ...process.env, ...findRunningShop(resolve(folder)).storeEnv('auth') };
runProgram('auth/src/lift-suspension.ts', [email], env);
