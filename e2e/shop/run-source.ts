import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { findRunningShop } from '../../infra/local/src/running-shop.ts';
import { root } from '../../infra/local/src/system.ts';

export type ProgramResult = { status: number; stdout: string; stderr: string };

/** Runs a program of the repository from its source, as the scripts of package.json do. */
export function runSource(file: string, ...args: string[]): Promise<ProgramResult> {
  return runNode(['--import', 'tsx', '--conditions=source', file, ...args]);
}

/** Runs an operator's program of auth from its source for the shop in a folder, such as `operator` or `audit`. */
export function runAuthProgram(folder: string, program: string, ...args: string[]): Promise<ProgramResult> {
  return runSource('infra/local/src/auth-program.ts', program, '--folder', folder, ...args);
}

/** The same as it runs in the cluster: built with the service, it starts in a quarter of the CPU time. */
export function runBuiltAuthProgram(
  folder: string,
  program: string,
  ...args: string[]
): Promise<ProgramResult> {
  const env = { ...process.env, ...findRunningShop(folder).storeEnv('auth') };
  return runNode([join(root, `auth/dist/${program}.js`), ...args], env);
}

function runNode(args: string[], env = process.env): Promise<ProgramResult> {
  const options = { cwd: root, env, maxBuffer: 2 ** 24 };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
