import type { History as ModelHistory } from '../../model/paths.ts';
import { findInvalidStep } from '../../model/paths.ts';
import type { Snapshot, StoredOrder } from '../../shop/snapshot.ts';
import type { Audit, Trail } from '../audit.ts';
import { orderTransitions, paymentTransitions, ticketTransitions } from './transitions.ts';

type Document = { _id: string; version: number; status?: string };
type Kind = {
  kind: 'ticket' | 'order' | 'payment';
  documents: Document[];
  firstVersion: number;
  transitions: Record<string, readonly string[]>;
};
type Step = { version: number; status: string; reservationSeq: number; orderId?: string | null };

/** I1, I5, I6: compares the published events of each aggregate with the model and with the stored document. */
export function findTrailViolations({ tickets, orders, payments }: Snapshot, audit: Audit): string[] {
  const kinds: Kind[] = [
    { kind: 'ticket', documents: tickets, firstVersion: 0, transitions: ticketTransitions },
    { kind: 'order', documents: orders, firstVersion: 0, transitions: orderTransitions },
    { kind: 'payment', documents: payments, firstVersion: 1, transitions: paymentTransitions },
  ];
  const found = kinds.flatMap((kind) => [
    ...kind.documents.flatMap((document) =>
      findDocumentViolations(kind, document, audit.findTrail(kind.kind, document._id)),
    ),
    ...audit.contradictions.filter((text) =>
      kind.documents.some(({ _id }) => text.startsWith(`I6 ${kind.kind}:${_id}:`)),
    ),
  ]);
  return [...found, ...findDoubleSales(orders, audit)];
}

function findDocumentViolations(kind: Kind, document: Document, trail: Trail | undefined): string[] {
  const found = findMissingVersions(kind, document, trail);
  if (!trail) return found;
  const name = `${kind.kind} ${document._id}`;
  const states = trail.deliveries.map(({ event }) => event.data);
  const stray = findInvalidStep({ of: kind.kind, states } as ModelHistory);
  if (stray && !stray.includes('is missing')) found.push(`I6 ${name} is no path of the model: ${stray}`);
  const steps = sortSteps(trail);
  found.push(...findTransitionViolations(kind, name, steps));
  const last = steps.at(-1);
  if (kind.kind !== 'payment' && last?.version === document.version && last.status !== document.status)
    found.push(
      `I5 ${name} was published as ${last.status} with version ${last.version} and is stored as ${document.status}`,
    );
  return found;
}

function findMissingVersions(
  { kind, firstVersion }: Kind,
  { _id, version: stored }: Document,
  trail: Trail | undefined,
): string[] {
  const found: string[] = [];
  for (let version = firstVersion; version <= stored; version++)
    if (!trail?.versions.has(version))
      found.push(`I5 ${kind} ${_id}: version ${version} of ${stored} was never published`);
  for (const version of trail?.versions.keys() ?? [])
    if (version > stored)
      found.push(`I5 ${kind} ${_id}: version ${version} was published, but ${stored} is stored`);
  return found;
}

function findTransitionViolations({ kind, transitions }: Kind, name: string, steps: Step[]): string[] {
  const found: string[] = [];
  for (const [index, { status, version, reservationSeq }] of steps.entries()) {
    const before = steps[index - 1];
    if (!before) continue;
    if (before.version + 1 === version && !transitions[before.status]?.includes(status))
      found.push(`I6 ${name} went from ${before.status} to ${status} with version ${version}`);
    if (kind === 'ticket' && reservationSeq < before.reservationSeq)
      found.push(`I6 ${name}: reservationSeq fell from ${before.reservationSeq} with version ${version}`);
  }
  return found;
}

function sortSteps({ versions }: Trail): Step[] {
  return [...versions]
    .map(([version, { event }]) => ({ ...(event.data as unknown as Step), version }))
    .sort((a, b) => a.version - b.version);
}

/** I1 over the whole history: of two orders on a ticket the later may start only when the earlier is cancelled. */
function findDoubleSales(orders: StoredOrder[], audit: Audit): string[] {
  const found: string[] = [];
  const orderOf = new Map<string, string>();
  for (const { _id, ticket, reservationSeq, status } of orders) {
    const reservation = `${ticket.id}:${reservationSeq}`;
    const other = orderOf.get(reservation);
    if (other)
      found.push(
        `I1 orders ${other} and ${_id} both are reservation ${reservationSeq} of ticket ${ticket.id}`,
      );
    orderOf.set(reservation, _id);
    const wasComplete = [...(audit.findTrail('order', _id)?.versions.values() ?? [])].some(
      ({ event }) => (event.data as { status?: string }).status === 'complete',
    );
    if (wasComplete && !['complete', 'refunded'].includes(status))
      found.push(`I6 order ${_id} was complete and is ${status}`);
    const later = orders.find((one) => one.ticket.id === ticket.id && one.reservationSeq > reservationSeq);
    if (later && status !== 'cancelled')
      found.push(`I1 ticket ${ticket.id}: order ${later._id} came after order ${_id}, which is ${status}`);
  }
  return found;
}
