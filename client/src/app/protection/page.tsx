import type { Metadata } from 'next';
import { Prose } from '../../ui/prose.tsx';

export const metadata: Metadata = { title: 'Buyer protection' };

export default function ProtectionPage() {
  return (
    <Prose
      title="Buyer protection"
      lead="What we promise about your money and your ticket, and how it is kept."
    >
      <section>
        <h2>One ticket, one buyer</h2>
        <p>
          A ticket is held for one person at a time. When two people reserve in the same moment, one of them
          gets it and the other is told at once.
        </p>
      </section>
      <section>
        <h2>Charged once, and only for a ticket</h2>
        <p>
          Your bank is first asked whether the money is there. It moves only when the ticket is yours. Paying
          twice, with two clicks or in two windows, gives one charge.
        </p>
      </section>
      <section>
        <h2>When something fails</h2>
        <p>
          If a payment does not go through, you are not charged and keep your reservation while its time runs.
          If a payment arrives too late, it is let go or refunded. The order says which, in plain words.
        </p>
      </section>
      <section>
        <h2>Money back</h2>
        <p>
          The seller can give your money back from their sales page. The order then says Refunded, and the
          ticket is no longer yours.
        </p>
      </section>
      <section>
        <h2>Card details</h2>
        <p>They go from your browser to Stripe and nowhere else. We never see or keep a card number.</p>
      </section>
      <section>
        <h2>No invented hurry</h2>
        <p>
          Counts come from our records and say when they were counted. There are no made-up viewers, queues or
          last chances.
        </p>
      </section>
    </Prose>
  );
}
