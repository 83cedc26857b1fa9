import type { Metadata } from 'next';
import Link from 'next/link';
import { ConsolePage, ConsoleSection } from '../../../features/admin/console-page.tsx';
import { Loaded } from '../../../features/admin/loaded.tsx';
import { ResultNote } from '../../../features/admin/result-note.tsx';
import { serviceNames } from '../../../features/admin/services.ts';
import { When } from '../../../features/admin/when.tsx';
import type { DeadLetter } from '../../../lib/types.ts';
import { listDeadLetters } from '../../../server/admin.ts';
import { type Service, tryRead } from '../../../server/api.ts';
import { requireOperator } from '../../../server/session.ts';

export const metadata: Metadata = { title: 'Dead letters · Console', robots: { index: false } };

export default async function DeadLettersPage({ searchParams }: PageProps<'/admin/dead-letters'>) {
  await requireOperator();
  const { done, problem } = await searchParams;
  const results = await Promise.all(serviceNames.map((service) => tryRead(listDeadLetters(service))));
  return (
    <ConsolePage>
      <ResultNote done={done} problem={problem} />
      <h1>Dead letters</h1>
      <p className="lead">Events that a service received and could not handle.</p>
      {serviceNames.map((service, i) => (
        <ConsoleSection key={service} id={service} title={service}>
          <Loaded result={results[i]!}>{(found) => <DeadLetterList service={service} {...found} />}</Loaded>
        </ConsoleSection>
      ))}
    </ConsolePage>
  );
}

type Props = { service: Service; listed: DeadLetter[]; count: number };

function DeadLetterList({ service, listed, count }: Props) {
  if (count === 0) return <p className="meta">There is none.</p>;
  return (
    <>
      {count > listed.length && (
        <p className="meta">
          The oldest {listed.length} of {count}.
        </p>
      )}
      <ul className="stack">
        {listed.map(({ id, at, error }) => (
          <li key={id}>
            <p>
              <Link href={`/admin/dead-letters/${service}/${encodeURIComponent(id)}`} prefetch={false}>
                {id}
              </Link>{' '}
              <span dir="auto">{error}</span>
            </p>
            <p className="small">
              <When iso={at} />
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
