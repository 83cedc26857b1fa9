import type { Experiment, Scenario } from '../scenario.ts';
import { buying } from './buying.ts';
import { reads } from './reads.ts';
import { writes } from './writes.ts';

export const scenarios: Scenario[] = [...reads, ...writes, ...buying];
export const experiments: Experiment[] = [];
