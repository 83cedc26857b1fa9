'use client';

import { Icon } from '../../ui/icon.tsx';
import { useTranslate } from '#use-translate';

export function PrintButton() {
  const t = useTranslate();
  return (
    <button className="btn btn--main" type="button" onClick={() => window.print()}>
      <Icon name="print" /> {t('Print')}
    </button>
  );
}
