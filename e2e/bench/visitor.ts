import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Call } from './load.ts';

/**
 * One more visitor beside a load, who asks again 20 ms after each answer. It has a process and a connection of its
 * own, so what it waits is the doing of the service and the machine, not of a generator that is busy itself.
 */
export async function startVisitor(call: Call): Promise<{ stop: () => Promise<Answer[]> }> {
  const child = fork(join(import.meta.dirname, 'visitor-program.ts'), [JSON.stringify(call)], {
    execArgv: ['--import', 'tsx'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the visitor ended by itself (exit code ${code})`);
  });
  const word = () => Promise.race([once(child, 'message'), ended]);
  await word();
  return {
    async stop() {
      const told = word();
      child.send('stop');
      const [answers] = (await told) as [Answer[]];
      return answers;
    },
  };
}
