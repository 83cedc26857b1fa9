'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useTransition } from 'react';
import { Icon } from './icon.tsx';
import { useTranslate } from '#use-translate';

const RETRY_MS = 5_000;

/** With `retries`, the page also tries again by itself while it is visible. */
export function RetryButton({ label, retries = false }: { label?: string; retries?: boolean }) {
  const t = useTranslate();
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  useEffect(() => {
    if (!retries || isPending) return;
    const timer = setInterval(() => {
      if (!document.hidden) startTransition(() => router.refresh());
    }, RETRY_MS);
    return () => clearInterval(timer);
  }, [retries, isPending, router]);
  return (
    <button
      className="btn"
      type="button"
      aria-busy={isPending}
      onClick={() => startTransition(() => router.refresh())}
    >
      {!isPending && <Icon name="again" />} {label ?? t('Try again')}
    </button>
  );
}
