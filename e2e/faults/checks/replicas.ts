import type { Snapshot } from '../../shop/snapshot.ts';

/** I5: every replica equals its source. */
export function findReplicaViolations({ tickets, orders, replicas, payments }: Snapshot): string[] {
  const replicaOf = new Map(replicas.map((replica) => [replica._id, replica]));
  const paymentOf = new Map(payments.map((payment) => [payment._id, payment]));
  return [
    ...tickets.flatMap(({ _id, version, status, title, amount, userId, orderId, reservationSeq }) =>
      findDifferences(
        `ticket ${_id}`,
        { version, status, title, amount, userId, orderId, reservationSeq },
        replicaOf.get(_id),
      ),
    ),
    ...orders.flatMap(({ _id, version, status, reason, userId, ticket }) =>
      findDifferences(
        `order ${_id}`,
        { version, status, reason, userId, amount: ticket.amount },
        paymentOf.get(_id)?.order,
      ),
    ),
  ];
}

function findDifferences(name: string, source: object, replica: object | undefined): string[] {
  return Object.entries(source).flatMap(([field, value]) => {
    const copy = (replica as Record<string, unknown> | undefined)?.[field];
    if ((value ?? null) === (copy ?? null)) return [];
    return [`I5 ${name}: ${field} is ${String(value)} at its source and ${String(copy)} in the replica`];
  });
}
