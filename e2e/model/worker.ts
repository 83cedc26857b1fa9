// A process that explores: receives the index of a run and sends back its exploration.
import { explore } from './explore.ts';
import { runs } from './runs.ts';

process.on('message', (index: number) => {
  const run = runs[index];
  if (run) process.send?.(explore(run.world));
});
