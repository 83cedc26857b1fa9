import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ActionForm } from '../../../../../features/admin/action-form.tsx';
import { ConsolePage, ConsoleSection } from '../../../../../features/admin/console-page.tsx';
import { Facts } from '../../../../../features/admin/facts.tsx';
import { Loaded } from '../../../../../features/admin/loaded.tsx';
import { ResultNote } from '../../../../../features/admin/result-note.tsx';
import { toServiceName } from '../../../../../features/admin/services.ts';
import { When } from '../../../../../features/admin/when.tsx';
import type { DeadLetter } from '../../../../../lib/types.ts';
import { findDeadLetter } from '../../../../../server/admin.ts';
import { type Service, tryRead } from '../../../../../server/api.ts';
import { requireOperator } from '../../../../../server/session.ts';

export const metadata: Metadata = { title: 'Dead letter · Console', robots: { index: false } };

type Props = PageProps<'/admin/dead-letters/[service]/[id]'>;

export default async function DeadLetterPage({ params, searchParams }: Props) {
  await requireOperator();
  const [{ service: name, id }, { done, problem }] = await Promise.all([params, searchParams]);
  const service = toServiceName(name);
  if (!service) notFound();
  const deadLetter = await tryRead(findDeadLetter(service, decodeURIComponent(id)));
  if (deadLetter.ok && !deadLetter.value) notFound();
  return (
    <ConsolePage>
      <ResultNote done={done} problem={problem} />
      <Loaded result={deadLetter} title="This dead letter did not load">
        {(found) => found && <DeadLetterFacts service={service} deadLetter={found} />}
      </Loaded>
    </ConsolePage>
  );
}

function DeadLetterFacts({ service, deadLetter }: { service: Service; deadLetter: DeadLetter }) {
  const { id, at, error, attempts, event } = deadLetter;
  const form = {
    id: `${service}/${id}`,
    back: `/admin/dead-letters/${service}/${encodeURIComponent(id)}`,
  };
  return (
    <>
      <div className="split">
        <div className="stack">
          <h1>
            Dead letter <span className="ref">{id}</span>
          </h1>
          <Facts
            facts={[
              ['Service', service],
              ['Failed', <When key="failed" iso={at} />],
              ['Attempts', attempts],
              ['Error', error],
            ]}
          />
        </div>
        <div className="panel stack stack--wide">
          <p className="meta">Only {service} handles the event again. Mend the cause first.</p>
          <ActionForm action="retry-dead-letter" {...form} label="Retry" />
          <ActionForm action="drop-dead-letter" {...form} label="Drop" isGrave />
        </div>
      </div>
      <ConsoleSection id="event" title="Event">
        <pre className="whitespace-pre-wrap break-words">{JSON.stringify(event, null, 2)}</pre>
      </ConsoleSection>
    </>
  );
}
