'use client';

import { useEffect, useRef } from 'react';
import { formatTimeLeft } from '../../lib/time.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { Note } from '../../ui/note.tsx';
import { declineAdvice, declineTitle } from './decline.ts';
import type { Problem } from './pay.ts';
import { useTranslate } from '#use-translate';

type Props = { problem: Problem; secondsLeft: number; expiresAt: string; formId: string };

/** Says first whether money moved, then what happens to the reservation, then what to do. Takes the focus. */
export function ProblemNote({ problem, secondsLeft, expiresAt, formId }: Props) {
  const t = useTranslate();
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => note.current?.focus(), [problem]);
  const held = `The ticket is still reserved for you for ${formatTimeLeft(t, secondsLeft * 1000)}.`;

  if (problem.kind === 'declined') {
    return (
      <Note kind="stop" icon="alert" role="alert" title={declineTitle(problem.code)} ref={note}>
        <p>
          You were not charged. {held} {declineAdvice(problem.code)}
        </p>
        <ul>
          <li>
            <a href={`#${formId}`}>Choose another way to pay</a>
          </li>
        </ul>
        {problem.paymentId && (
          <p className="small">
            Payment <span className="ref">{problem.paymentId}</span>
          </p>
        )}
      </Note>
    );
  }
  if (problem.kind === 'unreachable') {
    return (
      <Note kind="hold" icon="lock" role="alert" title="Payments are unavailable right now" ref={note}>
        <p>
          As far as we know, you were not charged. Your ticket is reserved until <LocalTime iso={expiresAt} />
          . It’s safe to try again: your card is not charged twice.
        </p>
        <Reference requestId={problem.requestId} />
      </Note>
    );
  }
  const isFinal = problem.kind === 'impossible';
  return (
    <Note kind="stop" icon="alert" role="alert" title="The payment was not accepted" ref={note}>
      <p>
        You were not charged. {!isFinal && held} {problem.message}
      </p>
      <Reference requestId={problem.requestId} />
    </Note>
  );
}

function Reference({ requestId }: { requestId: string | undefined }) {
  if (!requestId) return null;
  return (
    <p className="small">
      Request <span className="ref">{requestId}</span>
    </p>
  );
}
