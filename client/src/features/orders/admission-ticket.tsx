import { formatVenue } from '../../lib/card.ts';
import { formatClockTime, formatEventDay, formatTimeZone } from '../../lib/time.ts';
import type { Order, OrderTicket, Ticket } from '../../lib/types.ts';
import { PosterImage } from '../../ui/poster-image.tsx';
import { Status } from '../../ui/status.tsx';
import { orderStatus } from './order-text.ts';
import { useTranslate } from '#use-translate';

type Props = { order: Order; listing: Ticket | undefined; secret: string | undefined };

/** The ordered ticket; once it is paid, with its entry code. */
export function AdmissionTicket({ order, listing, secret }: Props) {
  const t = useTranslate();
  const { ticket } = order;
  const { kind, label } = orderStatus(t, order);
  const isPaid = order.status === 'complete';
  return (
    <article className={isPaid ? 'admit' : 'admit admit--plain'} aria-label={t('Ticket')}>
      <div className="admit__main">
        <PosterImage id={listing?.eventId ?? ticket.id} category={listing?.category} />
        <div className="admit__text">
          <p>
            <Status kind={kind}>{label}</Status>
          </p>
          <h2 className="huge" dir="auto">
            {ticket.title}
          </h2>
          <EventFacts ticket={ticket} />
        </div>
      </div>
      {isPaid && <EntryCode secret={secret} />}
    </article>
  );
}

function EventFacts({ ticket }: { ticket: OrderTicket }) {
  const t = useTranslate();
  const { startsAt, timeZone, seat } = ticket;
  return (
    <dl className="admit__grid">
      <div>
        <dt>{t('Date')}</dt>
        <dd>
          {startsAt ? (
            <time dateTime={startsAt}>{formatEventDay(t, startsAt, timeZone)}</time>
          ) : (
            t('Not given')
          )}
        </dd>
      </div>
      <div>
        <dt>{t('Starts')}</dt>
        <dd>
          {startsAt ? (
            <>
              {formatClockTime(t, startsAt, timeZone)}{' '}
              <span className="small">{formatTimeZone(t, timeZone)}</span>
            </>
          ) : (
            t('Not given')
          )}
        </dd>
      </div>
      <div>
        <dt>{t('Venue')}</dt>
        <dd dir="auto">{formatVenue(t, ticket)}</dd>
      </div>
      <div>
        <dt>{t('Seat')}</dt>
        <dd dir="auto">{seat ?? t('Not given')}</dd>
      </div>
    </dl>
  );
}

function EntryCode({ secret }: { secret: string | undefined }) {
  const t = useTranslate();
  const isLink = secret !== undefined && /^https?:\/\/\S+$/.test(secret);
  return (
    <div className="admit__code">
      <h3>{t('Entry code')}</h3>
      {secret ? (
        <p className="admit__secret" dir="auto">
          {isLink ? (
            <a href={secret} rel="noopener noreferrer nofollow">
              {secret}
            </a>
          ) : (
            secret
          )}
        </p>
      ) : (
        <p className="small center">{t('The seller added no entry code.')}</p>
      )}
    </div>
  );
}
