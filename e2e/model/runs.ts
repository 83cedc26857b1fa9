import { infrastructureMutations } from './infrastructure-mutations.ts';
import { orderMutations } from './order-mutations.ts';
import { paymentMutations } from './payment-mutations.ts';
import type { Run } from './run.ts';
import { soundRuns } from './sound-runs.ts';
import { ticketMutations } from './ticket-mutations.ts';

export const runs: Run[] = [
  ...soundRuns,
  ...infrastructureMutations,
  ...orderMutations,
  ...ticketMutations,
  ...paymentMutations,
];
