import type { Metadata } from 'next';
import { Prose } from '../../ui/prose.tsx';

export const metadata: Metadata = { title: 'How it works' };

export default function HowItWorksPage() {
  return (
    <Prose
      title="How it works"
      lead="Someone can’t go. You can. All it takes is a reservation and a payment."
    >
      <section>
        <h2>Buying</h2>
        <ol>
          <li>Find a ticket. The price you see is all you pay, shown next to face value.</li>
          <li>Reserve it. It’s free, and no one else can buy the ticket until your time runs out.</li>
          <li>Pay. You are charged only when the ticket is yours.</li>
          <li>
            Open it in Orders. The entry code comes from the seller. Before you pay, the listing says whether
            there is one.
          </li>
        </ol>
      </section>
      <section>
        <h2>If the time runs out</h2>
        <p>
          You are not charged, and the ticket is available again. You can reserve it again in one click, if no
          one else got there first. If your payment arrives too late, we cancel or refund it, and the order
          says so.
        </p>
      </section>
      <section>
        <h2>Selling</h2>
        <ol>
          <li>List a ticket with a title and a price. Date, venue, seat and face value help it sell.</li>
          <li>While a buyer is paying, you can’t change the listing, so they get what they saw.</li>
          <li>You see the sale in Your listings as soon as it happens.</li>
          <li>Encore doesn’t pay sellers out yet. Your sales show what buyers paid.</li>
        </ol>
      </section>
      <section>
        <h2>What each status means</h2>
        <p>
          Available: you can reserve it now. Reserved: someone is paying for it, and it may become available
          again. Reserved for you: that someone is you. Sold: someone has bought it.
        </p>
      </section>
    </Prose>
  );
}
