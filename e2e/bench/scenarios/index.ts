import type { Experiment, Scenario } from '../scenario.ts';
import { buying } from './buying.ts';
import { growing } from './growth.ts';
import { machinery } from './machinery.ts';
import { reads } from './reads.ts';
import { rushes } from './rushes.ts';
import { writes } from './writes.ts';

export const scenarios: Scenario[] = [...reads, ...writes, ...buying];
export const experiments: Experiment[] = [...rushes, ...machinery, ...growing];
