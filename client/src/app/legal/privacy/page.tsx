import type { Metadata } from 'next';
import { Prose } from '../../../ui/prose.tsx';

export const metadata: Metadata = { title: 'Privacy' };

export default function PrivacyPage() {
  return (
    <Prose title="Privacy" lead="What we store, what others see, and what we don’t do.">
      <section>
        <h2>What we store</h2>
        <p>
          Your email address and a one-way hash of your password. Your listings and orders. For a payment, its
          amount and status, never the card.
        </p>
      </section>
      <section>
        <h2>What others see</h2>
        <p>
          Buyers and sellers don’t see each other’s names or addresses. What you write in a listing is public;
          only you and the buyer see the entry code.
        </p>
      </section>
      <section>
        <h2>Cookies</h2>
        <p>
          One that keeps you signed in and one that remembers the theme, if you chose one. No advertising, no
          tracking, nothing that needs a banner.
        </p>
      </section>
      <section>
        <h2>In your browser</h2>
        <p>
          The draft of a listing stays in its tab until you close the tab. The list of tickets you want to be
          notified about never leaves your browser.
        </p>
      </section>
      <section>
        <h2>Third parties</h2>
        <p>
          At checkout, Stripe’s form collects the card details. No other page loads anything from another
          site.
        </p>
      </section>
    </Prose>
  );
}
