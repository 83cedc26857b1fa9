'use client';

import { toast } from '../../lib/announce.ts';
import { Icon } from '../../ui/icon.tsx';

/** The address of this page without what belongs to this visit. */
const address = () => window.location.origin + window.location.pathname;

async function copyLink() {
  try {
    await navigator.clipboard.writeText(address());
    toast({ text: 'Link copied.' });
  } catch {
    toast({ text: `Copy this link: ${address()}` });
  }
}

export function CopyLinkButton() {
  return (
    <button className="btn" type="button" onClick={() => void copyLink()}>
      Copy link
    </button>
  );
}

export function ShareButton({ title, className = 'btn btn--wide' }: { title: string; className?: string }) {
  async function share() {
    if ('share' in navigator) {
      try {
        await navigator.share({ title, url: address() });
        return;
      } catch (error) {
        if ((error as Error).name === 'AbortError') return; // the user closed the share sheet
      }
    }
    await copyLink();
  }
  return (
    <button className={className} type="button" onClick={() => void share()}>
      <Icon name="share" /> Share
    </button>
  );
}
