import { useTranslate } from '#use-translate';
import { messages } from '../../i18n/translate.ts';
import { Icon } from '../../ui/icon.tsx';

const PROMISES = messages([
  'Reserving is free, and no one else can buy it while you pay.',
  'Nothing is added at checkout.',
  'You’re charged only when the ticket is yours.',
]);

/** What a buyer should know before reserving. */
export function ReserveHints() {
  const t = useTranslate();
  return (
    <>
      <noscript>
        <p className="meta">
          {t('Reserving needs JavaScript. Everything else on this page works without it.')}
        </p>
      </noscript>
      <ul className="ticks">
        {PROMISES.map((promise) => (
          <li key={promise}>
            <Icon name="tick" />
            <span>{t(promise)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
