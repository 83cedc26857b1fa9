import type { Books } from '../shop/books.ts';
import type { Audit } from './audit.ts';
import { invariants } from './checker.ts';
import type { Violation } from './checker.ts';
import type { History } from './history.ts';

type Line = { at: number; text: string };

/** Everything that is known of what a violation is about, in the order in which it happened, for a person to read. */
export function story(
  { invariant, text, about }: Violation,
  run: { seed: number; startedAt: number; history: History; audit: Audit; books: Books },
): string {
  const { seed, startedAt, history, audit, books } = run;
  const orders = books.orders.filter(({ _id, ticket }) => about.includes(_id) || about.includes(ticket.id));
  const ids = new Set([...about, ...orders.flatMap(({ _id, ticket }) => [_id, ticket.id])]);
  const concerns = (value: unknown) => {
    const found = JSON.stringify(value).match(/[0-9a-f]{24}/g) ?? [];
    return found.some((id) => ids.has(id));
  };
  const lines: Line[] = [];
  for (const call of history.calls) {
    if (call.seed !== seed || !concerns([call.path, call.body, call.answer])) continue;
    const { client, op, method, path, body, outcome, status, code, answer } = call;
    const asked = `${client} ${op}: ${method} ${path} ${body ? JSON.stringify(body) : ''}`;
    const got = `${outcome} ${status ?? ''} ${code ?? ''} ${answer ? JSON.stringify(answer) : ''}`;
    lines.push({ at: call.start, text: `call    ${asked} → after ${call.end - call.start} ms ${got}` });
  }
  for (const { told } of audit.trails.values())
    for (const { at, event } of told)
      if (ids.has(event.subject))
        lines.push({ at, text: `event   ${event.id} ${event.type} ${gist(event.data)}` });
  const [from, to] = [Math.min(...lines.map(({ at }) => at)), Math.max(...lines.map(({ at }) => at))];
  for (const { seed: of, fault, on, start, end } of history.faults)
    if (of === seed && end >= from - 1_000 && start <= to)
      lines.push({ at: start, text: `fault   ${fault}: ${on}, for ${end - start} ms` });

  const stored = [
    ...books.tickets.map((doc) => ['ticket', doc] as const),
    ...books.replicas.map((doc) => ['ticket in orders', doc] as const),
    ...books.orders.map((doc) => ['order', doc] as const),
    ...books.payments.map((doc) => ['payment', doc] as const),
  ].filter(([, { _id }]) => ids.has(_id));
  const intents = books.ledger.filter(({ metadata }) => ids.has(metadata.orderId ?? ''));
  return [
    `seed ${seed}: ${invariant} is violated: ${text}`,
    `  ${invariant}: ${invariants[invariant]}`,
    `  again with: npm run faults -- --seed ${seed}`,
    ...lines
      .sort((a, b) => a.at - b.at)
      .map(({ at, text: what }) => `  ${((at - startedAt) / 1000).toFixed(3).padStart(8)} s  ${what.trim()}`),
    ...stored.map(([kind, doc]) => `  stored  ${kind} ${JSON.stringify(doc)}`),
    ...intents.map((intent) => `  Stripe  ${JSON.stringify(intent)}`),
  ].join('\n');
}

function gist(data: object): string {
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
