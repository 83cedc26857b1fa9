import { formatVenue } from '../../lib/card.ts';
import { formatLongEventTime, formatTimeZone } from '../../lib/time.ts';
import type { Ticket } from '../../lib/types.ts';
import { useTranslate } from '#use-translate';

type Props = { event: Pick<Ticket, 'startsAt' | 'timeZone' | 'venue' | 'city'> };

/** The facts of an event, for a list of facts of the event itself or of one of its tickets. */
export function WhenAndWhere({ event }: Props) {
  const t = useTranslate();
  return (
    <>
      <div>
        <dt>{t('When')}</dt>
        <dd>
          {event.startsAt ? (
            <>
              <time dateTime={event.startsAt}>{formatLongEventTime(t, event.startsAt, event.timeZone)}</time>
              <br />
              <span className="meta">{formatTimeZone(t, event.timeZone)}</span>
            </>
          ) : (
            'Date not given'
          )}
        </dd>
      </div>
      <div>
        <dt>{t('Where')}</dt>
        <dd dir="auto">{formatVenue(t, event)}</dd>
      </div>
    </>
  );
}
