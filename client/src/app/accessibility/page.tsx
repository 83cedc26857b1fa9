import { pageMetadata } from '../../i18n/page-metadata.ts';
import { Prose } from '../../ui/prose.tsx';
import { useTranslate } from '#use-translate';

export const generateMetadata = pageMetadata('Accessibility');

export default function AccessibilityPage() {
  const t = useTranslate();
  return (
    <Prose
      title={t('Accessibility')}
      lead={t(
        'Everyone should be able to buy and sell a ticket here, whatever device or assistive technology they use.',
      )}
    >
      <section>
        <h2>{t('What we aim for')}</h2>
        <p>
          {t(
            'WCAG 2.2, level AA, on every page, in the light and the dark theme, from 320 pixels to a wide screen.',
          )}
        </p>
      </section>
      <section>
        <h2>{t('What that means here')}</h2>
        <ul>
          <li>{t('Everything works with the keyboard alone, and the focus is always visible.')}</li>
          <li>{t('A status has a shape, a word and a color, never a color alone.')}</li>
          <li>
            {t(
              'Screen readers announce the time left at 5 minutes, 2 minutes, 1 minute and 30 seconds, and not every second.',
            )}
          </li>
          <li>
            {t('If time runs out, you can reserve again in one click, if the ticket is still available.')}
          </li>
          <li>{t('Passwords may be pasted, shown, and filled in by a password manager.')}</li>
          <li>{t('Motion is short, never loops, and is off when your system asks for reduced motion.')}</li>
        </ul>
      </section>
      <section>
        <h2>{t('The time limit')}</h2>
        <p>
          {t(
            'A ticket can be reserved for one person only for a limited time, so that others get a chance to buy it. This is why the limit cannot be turned off.',
          )}
        </p>
      </section>
    </Prose>
  );
}
