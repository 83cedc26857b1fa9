import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { Prose } from '../../../ui/prose.tsx';
import { useTranslate } from '#use-translate';

export const generateMetadata = pageMetadata('Privacy');

export default function PrivacyPage() {
  const t = useTranslate();
  return (
    <Prose title={t('Privacy')} lead={t('What we store, what others see, and what we don’t do.')}>
      <section>
        <h2>{t('What we store')}</h2>
        <p>
          {t(
            'Your email address and a one-way hash of your password. Your listings, orders and saved searches. For a payment, its amount and status, never the card.',
          )}
        </p>
      </section>
      <HowLong />
      <section>
        <h2>{t('What others see')}</h2>
        <p>
          {t(
            'Buyers and sellers don’t see each other’s names or addresses. What you write in a listing is public; only you and the buyer see the entry code.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Cookies')}</h2>
        <p>
          {t(
            'One that keeps you signed in, and one each that remembers the theme and the language, if you chose them. One more recognizes this device for a year when you sign in again, so that others who guess your password can’t keep you out; signing out everywhere makes your other devices unknown. No advertising, no tracking, nothing that needs a banner.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('In your browser')}</h2>
        <p>
          {t(
            'The draft of a listing stays in its tab until you close the tab, without the entry code. The list of tickets you want to be notified about never leaves your browser. Both belong to your account, and signing out deletes them.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('Third parties')}</h2>
        <p>
          {t(
            'At checkout, Stripe’s form collects the card details, and Stripe keeps its own records of a payment. No other page loads anything from another site.',
          )}
        </p>
      </section>
    </Prose>
  );
}

function HowLong() {
  const t = useTranslate();
  return (
    <section>
      <h2>{t('How long')}</h2>
      <ul>
        <li>{t('Account, listings, orders and payments: until the operator of this site deletes them.')}</li>
        <li>{t('Saved searches: until you delete them.')}</li>
        <li>
          {t(
            'A failed sign-in: the email address that was typed and the IP address it came from, for 15 minutes after the last failure.',
          )}
        </li>
        <li>
          {t(
            'The last ten networks you signed in from, in a form that only we can compare with an IP address, as long as the account: others who guess your password can’t keep you out from there.',
          )}
        </li>
        <li>
          {t(
            'Changes of listings, orders and payments, passed between our services: 30 days. They contain what buyers see in a listing and numbers that stand for people, but no email address and no entry code.',
          )}
        </li>
        <li>{t('Messages from Stripe: 30 days, only their number, kind and payment.')}</li>
        <li>
          {t(
            'Sign-ups, sign-ins, sign-outs, changes of a password, refunds and requests that we refuse, in our logs: the time, the number of your account, your email address in a form that only we can compare with an address, and the first part of your IP address, until the operator removes the log.',
          )}
        </li>
        <li>
          {t(
            'Requests that fail, in our logs: the time, the address of the page and the error, until the operator removes the log. The server in front of this site may log your IP address.',
          )}
        </li>
      </ul>
    </section>
  );
}
