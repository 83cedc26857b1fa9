import { findPendingWork } from '@ticketing/common/ops';
import type { Snapshot } from '../../shop/snapshot.ts';
import { findViolations } from '../../shop/snapshot.ts';
import type { Audit } from '../audit.ts';
import type { History } from '../history.ts';
import { findAnswerViolations } from './answers.ts';
import type { Violation } from './invariants.ts';
import { violationOf } from './invariants.ts';
import { findReplicaViolations } from './replicas.ts';
import { findReservationViolations } from './reservations.ts';
import { findTrailViolations } from './trails.ts';

export { violationOf };
export type { Invariant, Violation } from './invariants.ts';

/** Checks a quiescent system. */
export function check(run: { snapshot: Snapshot; audit: Audit; history: History }): Violation[] {
  const { snapshot, audit, history } = run;
  const { calls, faults } = history;
  const isSkewed = faults.some(({ fault }) => fault === 'clock skew'); // then times cannot be compared
  return [
    ...findViolations({ ...snapshot, deadLetters: [] }),
    ...findReplicaViolations(snapshot),
    ...findTrailViolations(snapshot, audit),
    ...findAnswerViolations(snapshot, calls),
    ...(isSkewed ? [] : findReservationViolations(snapshot.orders, calls)),
  ].map(violationOf);
}

/** The pending work of a snapshot, and the orders that will expire. */
export function findUnfinishedWork(snapshot: Snapshot): string[] {
  const open = snapshot.orders.filter(({ status }) => status === 'created');
  return [
    ...findPendingWork(snapshot),
    ...open.map(({ _id }) => `order ${_id} is created and not expired yet`),
  ];
}

/** The violation when unfinished work is never finished. */
export function violationOfUnfinished(work: string): Violation {
  return violationOf(`${invariantOfUnfinished(work)} ${work}, and stays so`);
}

function invariantOfUnfinished(work: string) {
  if (/past its time|not expired yet|awaits its payment/.test(work)) return 'I7';
  if (/^ticket \S+ is /.test(work)) return 'I1';
  if (work.includes('knows version')) return 'I5';
  return work.includes(', its order ') ? 'I3' : 'I9';
}
