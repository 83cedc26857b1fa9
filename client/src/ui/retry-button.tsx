'use client';

import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { Icon } from './icon.tsx';

export function RetryButton({ label = 'Try again' }: { label?: string }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  return (
    <button
      className="btn"
      type="button"
      aria-busy={isPending}
      onClick={() => startTransition(() => router.refresh())}
    >
      {!isPending && <Icon name="again" />} {label}
    </button>
  );
}
