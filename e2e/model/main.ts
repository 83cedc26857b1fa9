// npm run model [part of a name] [-v]
import { explore } from './explore.ts';
import { sound } from './runs.ts';

const filter = process.argv[2] ?? '';
for (const run of sound.filter(({ name }) => name.includes(filter))) {
  const { states, transitions, ends, ms, violation, trace } = explore(run.world);
  console.log(
    `${run.name}: ${states} states, ${transitions} transitions, ${ends} ends, ${(ms / 1000).toFixed(1)} s ${violation ?? ''}`,
  );
  for (const [nth, line] of (trace ?? []).entries()) console.log(`  ${nth + 1}. ${line}`);
}
