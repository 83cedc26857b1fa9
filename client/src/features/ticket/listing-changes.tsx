import { formatMoney } from '../../lib/money.ts';
import type { Ticket } from '../../lib/types.ts';
import { Note } from '../../ui/note.tsx';
import { changedFacts } from './changed-facts.ts';
import { useTranslate } from '#use-translate';

type Props = { known: Ticket; current: Ticket; onSeen: () => void };

/** What the seller has changed since the buyer opened the page, or nothing. */
export function ListingChanges({ known, current, onSeen }: Props) {
  const t = useTranslate();
  const changes = changedFacts(t, known, current);
  if (changes.length === 0) return null;
  const isOnlyPrice = changes.length === 1 && known.price !== current.price;
  return (
    <Note
      icon="info"
      level={3}
      title={
        isOnlyPrice
          ? t('The price is now {price}', { price: formatMoney(t, current.price, current.currency) })
          : t('The seller has changed this listing')
      }
    >
      {isOnlyPrice ? (
        <p>
          {t.rich(
            current.price < known.price
              ? 'The seller lowered it from {price} while you were on this page. Nothing is reserved yet.'
              : 'The seller raised it from {price} while you were on this page. Nothing is reserved yet.',
            { price: <s>{formatMoney(t, known.price, known.currency)}</s> },
          )}
        </p>
      ) : (
        <>
          <dl className="changes">
            {changes.map(({ label, from, to }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>
                  <s dir="auto">{from}</s> → <strong dir="auto">{to}</strong>
                </dd>
              </div>
            ))}
          </dl>
          <p>{t('Nothing is reserved yet.')}</p>
        </>
      )}
      <p className="row">
        <button className="btn btn--quiet btn--flush" type="button" onClick={onSeen}>
          {t('OK')}
        </button>
      </p>
    </Note>
  );
}
