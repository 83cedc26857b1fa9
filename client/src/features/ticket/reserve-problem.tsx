'use client';

import { Link } from '../../ui/link.tsx';
import type { FieldError } from '../../lib/types.ts';
import { useSecondsLeft } from '../../lib/use-seconds-left.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { useTranslate } from '#use-translate';

/** Why the ticket could not be reserved and, for a limit of the buyer, how long that lasts. */
export function ReserveProblem({ error }: { error: FieldError }) {
  const t = useTranslate();
  const { code, endsAt, serverNow } = error;
  const isLimit = code === 'reservation_limit';
  const hasClock = isLimit || code === 'cooldown'; // the sentences of other limits say when to try again
  return (
    <>
      <p>{error.message}</p>
      {hasClock && endsAt && serverNow && (
        <TimeLeft
          endsAt={endsAt}
          serverNow={serverNow}
          text={isLimit ? t('The first of them ends in') : t('You can reserve it again in')}
        />
      )}
      {isLimit && (
        <p className="row">
          <Link className="btn btn--quiet btn--flush" href="/orders" prefetch={false}>
            {t('Your reservations')}
          </Link>
        </p>
      )}
    </>
  );
}

function TimeLeft({ text, endsAt, serverNow }: { text: string; endsAt: string; serverNow: string }) {
  const t = useTranslate();
  const seconds = useSecondsLeft(endsAt, serverNow);
  if (seconds === 0) return <p>{t('You can try again now.')}</p>;
  return (
    <p>
      {text} <Countdown seconds={seconds} isAnnounced={false} />.
    </p>
  );
}
