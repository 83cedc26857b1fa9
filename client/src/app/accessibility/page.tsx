import type { Metadata } from 'next';
import { Prose } from '../../ui/prose.tsx';

export const metadata: Metadata = { title: 'Accessibility' };

export default function AccessibilityPage() {
  return (
    <Prose
      title="Accessibility"
      lead="Everybody should be able to buy and sell a ticket here, whatever they use to read and click."
    >
      <section>
        <h2>What we aim for</h2>
        <p>
          WCAG 2.2, level AA, on every page, in the light and the dark theme, from 320 pixels to a wide
          screen.
        </p>
      </section>
      <section>
        <h2>What that means here</h2>
        <ul>
          <li>Everything works with the keyboard alone, and the focus is always visible.</li>
          <li>A status is a shape, a word and a colour, never a colour alone.</li>
          <li>
            The clock of a reservation is silent and speaks at 5 minutes, 2 minutes, 1 minute and 30 seconds.
          </li>
          <li>
            When the time runs out nothing that you typed is lost, and you can reserve again in one step.
          </li>
          <li>Passwords may be pasted, shown, and filled in by a password manager.</li>
          <li>Motion is short, never loops, and stops when your system asks for less of it.</li>
        </ul>
      </section>
      <section>
        <h2>The time limit</h2>
        <p>
          A ticket can be held for one person only for a while, or nobody else could buy it. The limit belongs
          to the thing itself, which is why it cannot be switched off.
        </p>
      </section>
    </Prose>
  );
}
