import { pageMetadata } from '../../i18n/page-metadata.ts';
import { Prose } from '../../ui/prose.tsx';
import { useTranslate } from '#use-translate';

export const generateMetadata = pageMetadata('How it works');

export default function HowItWorksPage() {
  const t = useTranslate();
  return (
    <Prose
      title={t('How it works')}
      lead={t('Someone can’t go. You can. All it takes is a reservation and a payment.')}
    >
      <section>
        <h2>{t('Buying')}</h2>
        <ol>
          <li>{t('Find a ticket. The price you see is all you pay, shown next to face value.')}</li>
          <li>{t('Reserve it. It’s free, and no one else can buy the ticket until your time runs out.')}</li>
          <li>{t('Pay. You are charged only when the ticket is yours.')}</li>
          <li>
            {t(
              'Open it in Orders. The entry code comes from the seller. Before you pay, the listing says whether there is one.',
            )}
          </li>
        </ol>
      </section>
      <section>
        <h2>{t('If the time runs out')}</h2>
        <p>
          {t(
            'You are not charged, and the ticket is available again. You can reserve it again in one click, if no one else got there first. If your payment arrives too late, we cancel or refund it, and the order says so.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Selling')}</h2>
        <ol>
          <li>
            {t('List a ticket with a title and a price. Date, venue, seat and face value help it sell.')}
          </li>
          <li>{t('While a buyer is paying, you can’t change the listing, so they get what they saw.')}</li>
          <li>{t('You see the sale in Your listings as soon as it happens.')}</li>
          <li>{t('Encore doesn’t pay sellers out yet. Your sales show what buyers paid.')}</li>
        </ol>
      </section>
      <section>
        <h2>{t('What each status means')}</h2>
        <p>
          {t(
            'Available: you can reserve it now. Reserved: someone is paying for it, and it may become available again. Reserved for you: that someone is you. Sold: someone has bought it.',
          )}
        </p>
      </section>
    </Prose>
  );
}
