import { useTranslate } from '#use-translate';

/** Pages about money show it while payments are emulated. */
export function TestBar() {
  const t = useTranslate();
  return (
    <aside className="testbar" aria-label={t('Test mode')}>
      <p>{t('TEST MODE: no card is charged')}</p>
    </aside>
  );
}
