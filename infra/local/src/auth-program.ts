// npm run operator|audit-log|lift-suspension -- [--folder <folder>] <arguments>: runs an operator's program of auth beside the
// shop that runs under npm start, or from another folder.
import { join, resolve } from 'node:path';
import { findRunningShop, runProgram } from './running-shop.ts';
import { root } from './system.ts';

const [program = '', ...given] = process.argv.slice(2);
const hasFolder = given[0] === '--folder';
const folder = hasFolder ? resolve(given[1] ?? '') : join(root, '.local');
const env = { ...process.env, ...findRunningShop(folder).storeEnv('auth') };
runProgram(`auth/src/${program}.ts`, given.slice(hasFolder ? 2 : 0), env);
