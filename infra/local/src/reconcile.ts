// npm run reconcile [-- <folder>]: compares Stripe, payments and orders of the shop that runs under npm start, or from
// another folder, and prints every difference as JSON. Exits with 1 when there is one.
import { join, resolve } from 'node:path';
import { findRunningShop, runProgram } from './running-shop.ts';
import { root } from './system.ts';

const shop = findRunningShop(resolve(process.argv[2] ?? join(root, '.local')));
const env = { ...process.env, ...shop.storeEnv('payments'), ...shop.stripeEnv() };
runProgram('payments/src/reconcile-now.ts', [], env);
