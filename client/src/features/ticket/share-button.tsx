'use client';

import { toast } from '../../lib/announce.ts';
import { Icon } from '../../ui/icon.tsx';
import { useTranslate } from '#use-translate';
import type { Translate } from '../../i18n/translate.ts';

/** The address of this page without what belongs to this visit. */
const address = () => window.location.origin + window.location.pathname;

async function copyLink(t: Translate) {
  try {
    await navigator.clipboard.writeText(address());
    toast({ text: t('Link copied.') });
  } catch {
    toast({ text: t('Copy this link: {address}', { address: address() }) });
  }
}

export function CopyLinkButton() {
  const t = useTranslate();
  return (
    <button className="btn" type="button" onClick={() => void copyLink(t)}>
      {t('Copy link')}
    </button>
  );
}

export function ShareButton({ title, className = 'btn btn--wide' }: { title: string; className?: string }) {
  const t = useTranslate();
  async function share() {
    if ('share' in navigator) {
      try {
        await navigator.share({ title, url: address() });
        return;
      } catch (error) {
        if ((error as Error).name === 'AbortError') return; // the user closed the share sheet
      }
    }
    await copyLink(t);
  }
  return (
    <button className={className} type="button" onClick={() => void share()}>
      <Icon name="share" /> {t('Share')}
    </button>
  );
}
