import { formatMonth } from '../../lib/time.ts';
import type { Seller } from '../../lib/types.ts';
import { useTranslate } from '#use-translate';

/** The service counts no further. */
const COUNTED_TO = 1000;

/** What a seller, who has no name here, has done before. */
export function SellerFact({ seller: { since, sold } }: { seller: Seller }) {
  const t = useTranslate();
  return (
    <div>
      <dt>{t('Seller')}</dt>
      <dd>
        {t('On Encore since {month}', { month: formatMonth(t, since) })}
        <br />
        <span className="meta">
          {sold >= COUNTED_TO
            ? t('1,000 tickets sold or more')
            : t('{sold, plural, =0 {No sales yet} one {# ticket sold} other {# tickets sold}}', { sold })}
        </span>
      </dd>
    </div>
  );
}
