import { useTranslate } from '#use-translate';
import { formatStart, formatVenue } from '../../lib/card.ts';
import { eventPath } from '../../lib/paths.ts';
import type { Event } from '../../lib/types.ts';
import { Link } from '../../ui/link.tsx';
import { PendingHint } from '../../ui/pending-hint.tsx';
import { PosterImage } from '../../ui/poster-image.tsx';
import { countTickets, highestPrice, lowestPrice } from './price-spread.ts';

type Props = { event: Event; level?: 2 | 3; isFirst?: boolean };

/** An event with how many tickets are for sale, and from which price. The link covers the whole card. */
export function EventCard({ event, level = 3, isFirst = false }: Props) {
  const t = useTranslate();
  const { id, slug, title, category, startsAt, available } = event;
  const Heading = level === 2 ? 'h2' : 'h3';
  const when = formatStart(t, event);
  return (
    <div className={available > 0 ? 'tix' : 'tix tix--sold'}>
      <div className="tix__top">
        <div className="tix__art" data-print={`${title}\n${when}`}>
          <PosterImage id={id} category={category} isFirst={isFirst} />
        </div>
        <div className="tix__body">
          <p className="tix__when">{startsAt ? <time dateTime={startsAt}>{when}</time> : when}</p>
          <Heading className="tix__title" dir="auto">
            <Link href={eventPath(slug)} prefetch={false}>
              {title}
              <PendingHint />
            </Link>
          </Heading>
          <p className="meta" dir="auto">
            {formatVenue(t, event)}
          </p>
        </div>
      </div>
      <div className="tix__stub perf price">
        <p className="price__now">
          <small>{available > 0 ? countTickets(t, available) : t('No tickets right now')}</small>
          {lowestPrice(t, event)}
        </p>
        <p className="price__face">{highestPrice(t, event)}</p>
      </div>
    </div>
  );
}
