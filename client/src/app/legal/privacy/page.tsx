import type { Metadata } from 'next';
import { Prose } from '../../../ui/prose.tsx';

export const metadata: Metadata = { title: 'Privacy' };

export default function PrivacyPage() {
  return (
    <Prose title="Privacy" lead="What we keep, why, and what we leave alone.">
      <section>
        <h2>What we keep</h2>
        <p>
          Your e-mail address and a one-way hash of your password. Your listings and orders. For a payment,
          its amount and state, never the card.
        </p>
      </section>
      <section>
        <h2>What others see</h2>
        <p>
          Buyers and sellers see neither each other’s names nor addresses. What you write in a listing is
          public; the code for the door is seen by its buyer alone.
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
          A draft of a listing stays in its tab until it is closed. Tickets that you want to hear about are
          remembered in this browser and told to nobody.
        </p>
      </section>
      <section>
        <h2>Other parties</h2>
        <p>
          At checkout with a real card, Stripe loads its own form to take the card details. No other page
          loads anything from elsewhere.
        </p>
      </section>
    </Prose>
  );
}
