import { execFile } from 'node:child_process';
import { root } from '../../infra/local/src/system.ts';

export type ProgramResult = { status: number; stdout: string; stderr: string };

/** Runs a program of the repository from its source, as the scripts of package.json do. */
export function runSource(file: string, ...args: string[]): Promise<ProgramResult> {
  const node = ['--import', 'tsx', '--conditions=source', file, ...args];
  const options = { cwd: root, maxBuffer: 2 ** 24 };
  return new Promise((resolve) => {
    execFile(process.execPath, node, options, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Runs an operator's program of auth for the shop in a folder, such as `operator` or `audit`. */
export function runAuthProgram(folder: string, program: string, ...args: string[]): Promise<ProgramResult> {
  return runSource('infra/local/src/auth-program.ts', program, '--folder', folder, ...args);
}
