import type { Scenario } from '../scenario.ts';
import { purchases } from './purchases.ts';
import { reads } from './reads.ts';
import { writes } from './writes.ts';

export const scenarios: Scenario[] = [...reads, ...writes, ...purchases];
