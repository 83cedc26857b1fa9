// One of the processes that explore: gets the number of a run, answers with what it found.
import { explore } from './explore.ts';
import { runs } from './runs.ts';

process.on('message', (nth: number) => {
  const run = runs[nth];
  if (run) process.send?.(explore(run.world));
});
