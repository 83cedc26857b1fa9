'use client';

import { toast } from '../../lib/announce.ts';
import { Icon } from '../../ui/icon.tsx';

export function ShareButton({ title }: { title: string }) {
  async function share() {
    const url = window.location.origin + window.location.pathname;
    if ('share' in navigator) {
      try {
        await navigator.share({ title, url });
        return;
      } catch (error) {
        if ((error as Error).name === 'AbortError') return; // the user closed the share sheet
      }
    }
    try {
      await navigator.clipboard.writeText(url);
      toast({ text: 'Link copied.' });
    } catch {
      toast({ text: `Copy this link: ${url}` });
    }
  }
  return (
    <button className="btn btn--wide" type="button" onClick={() => void share()}>
      <Icon name="share" /> Share
    </button>
  );
}
