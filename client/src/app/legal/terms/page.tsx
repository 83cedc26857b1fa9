import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { Prose } from '../../../ui/prose.tsx';
import { useTranslate } from '#use-translate';

export const generateMetadata = pageMetadata('Terms');

export default function TermsPage() {
  const t = useTranslate();
  return (
    <Prose title={t('Terms')} lead={t('The rules, short enough to read.')}>
      <section>
        <h2>{t('Who sells')}</h2>
        <p>
          {t(
            'People sell tickets that they own to other people. Encore brings them together and takes the payment; it is not the seller.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Sellers')}</h2>
        <p>
          {t(
            'List only tickets that you own and may resell. Describe them truthfully. While a buyer is paying, you cannot change or withdraw the listing. Encore doesn’t pay sellers out yet.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Buyers')}</h2>
        <p>
          {t(
            'Reserving is free and without obligation. Paying makes the ticket yours. The organizer decides whether a resold ticket is admitted.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Canceling')}</h2>
        <p>
          {t(
            'You may release a reservation at any time before you pay. After that, a refund is the seller’s decision.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Accounts')}</h2>
        <p>
          {t(
            'One person, one account. Keep your password to yourself. You can sign out everywhere on the account page.',
          )}
        </p>
      </section>
    </Prose>
  );
}
