import type { Metadata } from 'next';
import { Prose } from '../../ui/prose.tsx';

export const metadata: Metadata = { title: 'How it works' };

export default function HowItWorksPage() {
  return (
    <Prose
      title="How it works"
      lead="Someone cannot go. You can. In between is one reservation and one payment."
    >
      <section>
        <h2>Buying</h2>
        <ol>
          <li>Find a ticket. The price you see is the whole price; face value stands beside it.</li>
          <li>Reserve it. Nobody else can buy it while your time runs, and reserving costs nothing.</li>
          <li>Pay. You are charged only when the ticket is yours.</li>
          <li>Open it in Orders, with the code that the seller gave for the door.</li>
        </ol>
      </section>
      <section>
        <h2>If the time runs out</h2>
        <p>
          You are not charged and the ticket is free again. You can reserve it once more in one step, as long
          as nobody was faster. If your payment arrives after the end, it is let go or refunded, and the order
          says so.
        </p>
      </section>
      <section>
        <h2>Selling</h2>
        <ol>
          <li>
            List a ticket with a title and a price. Date, place, seat and face value help it find its buyer.
          </li>
          <li>While a buyer is paying, the listing is locked, so that they get what they saw.</li>
          <li>You see the sale the moment it happens, in Your listings.</li>
        </ol>
      </section>
      <section>
        <h2>What the words mean</h2>
        <p>
          Available: you can reserve it now. On hold: somebody is paying for it, and it may come back. Held
          for you: that somebody is you. Sold: it has found its person.
        </p>
      </section>
    </Prose>
  );
}
