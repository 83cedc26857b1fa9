import type { Card } from '../../lib/card.ts';
import { Link } from '../../ui/link.tsx';
import { PendingHint } from '../../ui/pending-hint.tsx';
import { PosterImage } from '../../ui/poster-image.tsx';
import { Status } from '../../ui/status.tsx';

/** A listing as a ticket with a price stub. The link covers the whole card. Most listings are available, so that is not said. */
export function TicketCard({
  card,
  level = 3,
  isPreview = false,
  isFirst = false,
}: {
  card: Card;
  level?: 2 | 3;
  isPreview?: boolean;
  isFirst?: boolean;
}) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div className={card.status.kind === 'free' ? 'tix' : `tix tix--${card.status.kind}`}>
      <div className="tix__top">
        <div className="tix__art" data-print={`${card.title}\n${card.when}`}>
          <PosterImage id={card.posterId} category={card.category} isFirst={isFirst} />
          {card.status.kind !== 'free' && <Status kind={card.status.kind}>{card.status.label}</Status>}
        </div>
        <div className="tix__body">
          <p className="tix__when">
            {card.startsAt ? <time dateTime={card.startsAt}>{card.when}</time> : card.when}
          </p>
          <Heading className="tix__title" dir="auto">
            {isPreview ? (
              card.title
            ) : (
              <Link href={`/tickets/${card.id}`} prefetch={false}>
                {card.title}
                <PendingHint />
              </Link>
            )}
          </Heading>
          <p className="meta">
            <span dir="auto">{card.place}</span>
            {card.seat && (
              <>
                <br />
                <span dir="auto">{card.seat}</span>
              </>
            )}
          </p>
        </div>
      </div>
      <div className="tix__stub perf price">
        <p className="price__now">
          <small>{card.priceLabel}</small>
          {card.price}
        </p>
        <p className="price__face">
          <b>{card.comparison}</b>
          {card.face}
        </p>
      </div>
    </div>
  );
}
