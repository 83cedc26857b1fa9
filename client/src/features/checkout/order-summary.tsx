import { formatVenue, formatStart } from '../../lib/card.ts';
import { compareToFace, formatMoney } from '../../lib/money.ts';
import type { OrderTicket, Ticket } from '../../lib/types.ts';
import { PosterImage } from '../../ui/poster-image.tsx';
import { whatYouGet } from '../ticket/what-you-get.ts';
import { useTranslate } from '#use-translate';

type Props = {
  ticket: OrderTicket;
  /** The listing as it is now; undefined when it did not load. */
  listing: Ticket | undefined;
};

export function OrderSummary({ ticket, listing }: Props) {
  const t = useTranslate();
  return (
    <aside className="split__side stubcard" aria-labelledby="summary">
      <div className="stack">
        <h2 className="meta" id="summary">
          {t('Your order')}
        </h2>
        <div className="mini">
          <PosterImage id={listing?.eventId ?? ticket.id} category={listing?.category} />
          <div>
            <h3 dir="auto">{ticket.title}</h3>
            <p className="meta">
              {ticket.startsAt ? (
                <time dateTime={ticket.startsAt}>{formatStart(t, ticket)}</time>
              ) : (
                formatStart(t, ticket)
              )}
              <br />
              <span dir="auto">{formatVenue(t, ticket)}</span>
              {ticket.seat && (
                <>
                  <br />
                  <span dir="auto">{ticket.seat}</span>
                </>
              )}
            </p>
          </div>
        </div>
      </div>
      <div className="perf">
        {listing && <p className="meta gap-b">{t('You get {what}.', { what: whatYouGet(t, listing) })}</p>}
        <Amounts ticket={ticket} faceValue={listing?.faceValue} total={t('You pay')} />
      </div>
    </aside>
  );
}

/** The amounts at checkout and on the receipt. */
export function Amounts({
  ticket,
  faceValue,
  total,
}: {
  ticket: OrderTicket;
  faceValue: number | undefined;
  total: string;
}) {
  const t = useTranslate();
  const { price, currency } = ticket;
  const comparison = compareToFace(t, price, faceValue, currency);
  return (
    <dl className="sum">
      <div>
        <dt>{t('Face value')}</dt>
        <dd>{comparison && faceValue ? formatMoney(t, faceValue, currency) : t('not given')}</dd>
      </div>
      {comparison && comparison.side !== 'at' && (
        <div>
          <dt>
            {comparison.side === 'over'
              ? t('Over face, {percent}%', { percent: comparison.percent })
              : t('Under face, {percent}%', { percent: comparison.percent })}
          </dt>
          <dd>
            {comparison.side === 'under' && '−'}
            {comparison.difference}
          </dd>
        </div>
      )}
      <div>
        <dt>{t('Added at checkout')}</dt>
        <dd>{t('nothing')}</dd>
      </div>
      <div className="total">
        <dt>{total}</dt>
        <dd>{formatMoney(t, price, currency)}</dd>
      </div>
    </dl>
  );
}
