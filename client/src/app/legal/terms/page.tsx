import type { Metadata } from 'next';
import { Prose } from '../../../ui/prose.tsx';

export const metadata: Metadata = { title: 'Terms' };

export default function TermsPage() {
  return (
    <Prose title="Terms" lead="The rules, short enough to read.">
      <section>
        <h2>Who sells</h2>
        <p>
          People sell tickets that they own to other people. Encore brings them together and takes the
          payment; it is not the seller.
        </p>
      </section>
      <section>
        <h2>Sellers</h2>
        <p>
          List only tickets that you own and may resell. Describe them truthfully. While a buyer is paying,
          you cannot change or withdraw the listing. Encore doesn’t pay sellers out yet.
        </p>
      </section>
      <section>
        <h2>Buyers</h2>
        <p>
          Reserving is free and without obligation. Paying makes the ticket yours. The organizer decides
          whether a resold ticket is admitted.
        </p>
      </section>
      <section>
        <h2>Canceling</h2>
        <p>
          You may release a reservation at any time before you pay. After that, a refund is the seller’s
          decision.
        </p>
      </section>
      <section>
        <h2>Accounts</h2>
        <p>
          One person, one account. Keep your password to yourself. You can sign out everywhere on the account
          page.
        </p>
      </section>
    </Prose>
  );
}
