import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { ConsolePage, ConsoleSection } from '../../../../../features/admin/console-page.tsx';
import { Facts } from '../../../../../features/admin/facts.tsx';
import { requireOperator } from '../../../../../server/session.ts';
import { getTimeline, type Subject, type Timeline, toSubject } from '../../../../../server/timeline.ts';
import { Note } from '../../../../../ui/note.tsx';

export const metadata: Metadata = { title: 'Timeline · Console', robots: { index: false } };

const pages = { order: 'orders', ticket: 'listings', user: 'accounts', payment: undefined };

export default async function TimelinePage({ params }: PageProps<'/admin/timelines/[kind]/[id]'>) {
  await requireOperator();
  const { kind, id } = await params;
  const subject = toSubject(kind, id);
  const timeline = subject && (await getTimeline(subject));
  if (!timeline) notFound();
  return (
    <ConsolePage>
      <h1>
        Timeline of the {kind} <span className="ref">{id}</span>
      </h1>
      <VerdictNote timeline={timeline} />
      <Facts
        facts={timeline.states.map((state) => [
          state.kind,
          <StateOf key={`${state.kind}${state.id}`} {...state} />,
        ])}
      />
      <ConsoleSection id="moments" title="What happened">
        <Moments moments={timeline.moments} />
      </ConsoleSection>
    </ConsolePage>
  );
}

function VerdictNote({ timeline }: { timeline: Timeline }) {
  const { verdict, findings, inProgress, problems, readAt } = timeline;
  const isWrong = verdict === 'inconsistent' || verdict === 'incomplete';
  return (
    <Note kind={isWrong ? 'stop' : 'free'} icon={isWrong ? 'alert' : 'tick'} title={verdict}>
      <Lines title="Inconsistent" lines={findings} />
      <Lines title="In progress" lines={inProgress} />
      <Lines title="Not read" lines={problems} />
      <p className="small">Read at {readAt}</p>
    </Note>
  );
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <p>{title}:</p>
      <ul className="stack">
        {lines.map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
    </>
  );
}

function StateOf({ kind, id, text }: Timeline['states'][number]) {
  const page = pages[kind as Subject['kind']];
  return (
    <>
      {page ? (
        <Link className="ref" href={`/admin/${page}/${id}`} prefetch={false}>
          {id}
        </Link>
      ) : (
        <span className="ref">{id}</span>
      )}{' '}
      {text}
    </>
  );
}

function Moments({ moments }: Pick<Timeline, 'moments'>) {
  return (
    <ol className="stack">
      {moments.map(({ at, service, what, version, by, id, traceId }, i) => (
        <li key={i}>
          <p dir="auto">
            {what}
            {version !== undefined && `, v${version}`}
            {by && `, by ${by}`}
          </p>
          <p className="small">
            <time dateTime={at}>{at.replace('T', ' ').replace('Z', ' UTC')}</time> · {service}
            {id && (
              <>
                {' '}
                · <span className="ref">{id}</span>
              </>
            )}
            {traceId && ` · trace ${traceId}`}
          </p>
        </li>
      ))}
    </ol>
  );
}
