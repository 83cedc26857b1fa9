import type { EventBusName } from '../../infra/local/src/system-options.ts';
import type { Snapshot } from '../shop/snapshot.ts';
import type { Audit } from './audit.ts';
import type { Violation } from './checks/invariants.ts';
import { invariants } from './checks/invariants.ts';
import type { History } from './history.ts';

type Line = { at: number; text: string };

/** All calls, events and faults that concern a violation in the order of their time, and the stored documents. */
export function formatTimeline(
  { invariant, text, about }: Violation,
  run: {
    seed: number;
    eventBus: EventBusName;
    startedAt: number;
    history: History;
    audit: Audit;
    snapshot: Snapshot;
  },
): string {
  const { seed, eventBus, startedAt, history, audit, snapshot } = run;
  const orders = snapshot.orders.filter(
    ({ _id, ticket }) => about.includes(_id) || about.includes(ticket.id),
  );
  const ids = new Set([...about, ...orders.flatMap(({ _id, ticket }) => [_id, ticket.id])]);
  const concerns = (value: unknown) => {
    const found = JSON.stringify(value).match(/[0-9a-f]{24}/g) ?? [];
    return found.some((id) => ids.has(id));
  };
  const lines: Line[] = [];
  for (const call of history.calls) {
    if (call.seed !== seed || !concerns([call.path, call.body, call.answer])) continue;
    const { client, op, method, path, body, outcome, status, code, answer } = call;
    const request = `${client} ${op}: ${method} ${path} ${body ? JSON.stringify(body) : ''}`;
    const response = `${outcome} ${status ?? ''} ${code ?? ''} ${answer ? JSON.stringify(answer) : ''}`;
    lines.push({
      at: call.start,
      text: `call    ${request} → after ${call.end - call.start} ms ${response}`,
    });
  }
  for (const { deliveries } of audit.trails.values())
    for (const { at, event } of deliveries)
      if (ids.has(event.subject))
        lines.push({ at, text: `event   ${event.id} ${event.type} ${summarize(event.data)}` });
  const [from, to] = [Math.min(...lines.map(({ at }) => at)), Math.max(...lines.map(({ at }) => at))];
  for (const { seed: of, fault, on, start, end } of history.faults)
    if (of === seed && end >= from - 1_000 && start <= to)
      lines.push({ at: start, text: `fault   ${fault}: ${on}, for ${end - start} ms` });

  const stored = [
    ...snapshot.tickets.map((doc) => ['ticket', doc] as const),
    ...snapshot.replicas.map((doc) => ['ticket in orders', doc] as const),
    ...snapshot.orders.map((doc) => ['order', doc] as const),
    ...snapshot.payments.map((doc) => ['payment', doc] as const),
  ].filter(([, { _id }]) => ids.has(_id));
  const intents = snapshot.ledger.filter(({ metadata }) => ids.has(metadata.orderId ?? ''));
  return [
    `seed ${seed}: ${invariant} is violated: ${text}`,
    `  ${invariant}: ${invariants[invariant]}`,
    `  repeat with: npm run faults -- --seed ${seed} --bus ${eventBus}`,
    ...lines
      .sort((a, b) => a.at - b.at)
      .map(({ at, text: what }) => `  ${((at - startedAt) / 1000).toFixed(3).padStart(8)} s  ${what.trim()}`),
    ...stored.map(([kind, doc]) => `  stored  ${kind} ${JSON.stringify(doc)}`),
    ...intents.map((intent) => `  Stripe  ${JSON.stringify(intent)}`),
  ].join('\n');
}

function summarize(data: object): string {
  const { status, reason, orderId, reservationSeq, ticket } = data as Record<string, unknown>;
  const ticketId = (ticket as { id?: string } | undefined)?.id;
  return JSON.stringify({
    status,
    reason: reason ?? undefined,
    orderId: orderId ?? undefined,
    reservationSeq,
    ticketId,
  });
}
