import { useTranslate } from '#use-translate';

export function NeedsScript() {
  const t = useTranslate();
  return (
    <noscript>
      <p className="meta">{t('This form needs JavaScript.')}</p>
    </noscript>
  );
}
