import Link from 'next/link';

/** A page of its own, because it reads the event log: no other page of the console should cost that. */
export function TimelineLink({ kind, id }: { kind: 'order' | 'ticket' | 'payment' | 'user'; id: string }) {
  return (
    <p>
      <Link href={`/admin/timelines/${kind}/${id}`} prefetch={false}>
        Timeline of all services
      </Link>
    </p>
  );
}
