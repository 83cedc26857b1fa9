import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Starts a TypeScript program that ends when its input ends: also when Jest is killed.
 * @returns the process and its first line of output, undefined when it ended without one
 */
export async function startInputBound(program) {
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=source', program];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await Promise.race([
    new Promise((resolve) => createInterface(child.stdout).once('line', resolve)),
    new Promise((resolve) => child.once('exit', () => resolve(undefined))),
  ]);
  return { child, line };
}

export function isRunning(child) {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Ends the input of the program. @returns its exit code */
export async function stopInputBound(child) {
  if (isRunning(child)) {
    const exit = once(child, 'exit');
    child.stdin.end();
    await exit;
  }
  return child.exitCode;
}
