import type { Metadata } from 'next';
import { Prose } from '../../ui/prose.tsx';

export const metadata: Metadata = { title: 'Accessibility' };

export default function AccessibilityPage() {
  return (
    <Prose
      title="Accessibility"
      lead="Everyone should be able to buy and sell a ticket here, whatever device or assistive technology they use."
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
          <li>A status has a shape, a word and a color, never a color alone.</li>
          <li>
            Screen readers announce the time left at 5 minutes, 2 minutes, 1 minute and 30 seconds, and not
            every second.
          </li>
          <li>If time runs out, you can reserve again in one click, if the ticket is still available.</li>
          <li>Passwords may be pasted, shown, and filled in by a password manager.</li>
          <li>Motion is short, never loops, and is off when your system asks for reduced motion.</li>
        </ul>
      </section>
      <section>
        <h2>The time limit</h2>
        <p>
          A ticket can be reserved for one person only for a limited time, so that others get a chance to buy
          it. This is why the limit cannot be turned off.
        </p>
      </section>
    </Prose>
  );
}
