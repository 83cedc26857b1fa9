import { spawn } from 'node:child_process';

export type RunOptions = { timeoutMs: number; cwd?: string; env?: NodeJS.ProcessEnv };

/** Runs a command and resolves with its output; rejects with a one-line reason. */
export function run(command: string, args: string[], { timeoutMs, cwd, env }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd ? { cwd } : {}),
      env: { ...process.env, ...env },
    });
    let output = '';
    let errors = '';
    let isTimedOut = false;
    const timer = setTimeout(() => {
      isTimedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new Error(error.code === 'ENOENT' ? `${command} is not installed` : error.message));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(output);
      const reason = errors.trim().split('\n').at(-1) ?? '';
      const end = isTimedOut
        ? `timed out after ${timeoutMs / 1000} s`
        : `failed with ${signal ?? `exit code ${code}`}`;
      reject(new Error(`${command} ${args[0] ?? ''} ${end}${reason ? `: ${reason}` : ''}`));
    });
  });
}
