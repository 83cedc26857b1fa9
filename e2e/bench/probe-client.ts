import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Call } from './load.ts';

/**
 * Starts a client that repeats one call beside a load, 20 ms after each answer. It has its own process and connection,
 * so its latency shows the service and the machine, not a load generator that is busy itself.
 */
export async function startProbeClient(call: Call): Promise<{ stop: () => Promise<Answer[]> }> {
  const child = fork(join(import.meta.dirname, 'probe-client-program.ts'), [JSON.stringify(call)], {
    execArgv: ['--import', 'tsx'],
  });
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`The probe client exited early (exit code ${code})`);
  });
  const nextMessage = () => Promise.race([once(child, 'message'), exited]);
  await nextMessage();
  return {
    async stop() {
      const result = nextMessage();
      child.send('stop');
      const [answers] = (await result) as [Answer[]];
      return answers;
    },
  };
}
