'use client';

import { useLinkStatus } from 'next/link';

/** Inside a link: a progress line at the top of the page while the next page loads. */
export function PendingHint() {
  const { pending } = useLinkStatus();
  return <span className={pending ? 'pending pending--on' : 'pending'} aria-hidden="true" />;
}
