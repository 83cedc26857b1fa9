'use client';

import { useEffect, useRef } from 'react';
import { formatTimeLeft } from '../../lib/time.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { Note } from '../../ui/note.tsx';
import { declineAdvice, declineTitle } from './decline.ts';
import type { Problem } from './pay.ts';
import { useTranslate } from '#use-translate';
import { reference } from '../../ui/reference.tsx';

type Props = { problem: Problem; secondsLeft: number; expiresAt: string; formId: string };

/** Says first whether money moved, then what happens to the reservation, then what to do. Takes the focus. */
export function ProblemNote({ problem, secondsLeft, expiresAt, formId }: Props) {
  const t = useTranslate();
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => note.current?.focus(), [problem]);
  const held = t('The ticket is still reserved for you for {time}.', {
    time: formatTimeLeft(t, secondsLeft * 1000),
  });

  if (problem.kind === 'declined') {
    return (
      <Note kind="stop" icon="alert" role="alert" title={declineTitle(t, problem.code)} ref={note}>
        <p>
          {t('You were not charged.')} {held} {declineAdvice(t, problem.code)}
        </p>
        <ul>
          <li>
            <a href={`#${formId}`}>{t('Choose another way to pay')}</a>
          </li>
        </ul>
        {problem.paymentId && (
          <p className="small">
            {t.rich('Payment <ref>{id}</ref>', { id: problem.paymentId, ref: reference })}
          </p>
        )}
      </Note>
    );
  }
  if (problem.kind === 'unreachable') {
    return (
      <Note kind="hold" icon="lock" role="alert" title={t('Payments are unavailable right now')} ref={note}>
        <p>
          {t.rich(
            'As far as we know, you were not charged. Your ticket is reserved until {time}. It’s safe to try again: your card is not charged twice.',
            { time: <LocalTime iso={expiresAt} /> },
          )}
        </p>
        <Reference requestId={problem.requestId} />
      </Note>
    );
  }
  const isFinal = problem.kind === 'impossible';
  return (
    <Note kind="stop" icon="alert" role="alert" title={t('The payment was not accepted')} ref={note}>
      <p>
        {t('You were not charged.')} {!isFinal && held} {problem.message}
      </p>
      <Reference requestId={problem.requestId} />
    </Note>
  );
}

function Reference({ requestId }: { requestId: string | undefined }) {
  const t = useTranslate();
  if (!requestId) return null;
  return <p className="small">{t.rich('Request <ref>{id}</ref>', { id: requestId, ref: reference })}</p>;
}
