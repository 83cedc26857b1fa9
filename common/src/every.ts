import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';

/**
 * Runs `task` every `ms` milliseconds, ± 20 % so that replicas do not run in step. Runs never overlap: the pause starts
 * when a run has ended. A run that rejects is logged with `name`, and the next run follows as usual.
 * `immediately` starts the first run now instead of after a pause.
 * @returns `close`, which starts no further run and resolves when the run in flight has ended.
 */
export function every(
  ms: number,
  task: () => Promise<unknown>,
  { name, log, immediately = false }: { name: string; log: Logger; immediately?: boolean },
): { close(): Promise<void> } {
  const stop = new AbortController();
  // Without a reference, so that a series alone does not keep the process alive.
  const pause = () =>
    wait(ms * (0.8 + 0.4 * Math.random()), undefined, { signal: stop.signal, ref: false }).catch(
      () => undefined,
    );
  const loop = (async () => {
    if (!immediately) await pause();
    while (!stop.signal.aborted) {
      await task().catch((err: unknown) => {
        log.warn({ err, task: name }, 'periodic task failed');
      });
      await pause();
    }
  })();
  return {
    close() {
      stop.abort();
      return loop;
    },
  };
}
