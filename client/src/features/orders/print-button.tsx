'use client';

import { Icon } from '../../ui/icon.tsx';

export function PrintButton() {
  return (
    <button className="btn btn--main" type="button" onClick={() => window.print()}>
      <Icon name="print" /> Print
    </button>
  );
}
