'use client';

import { useLinkStatus } from 'next/link';

/** Inside a link: a line at the top of the page when the next one takes more than a moment. */
export function PendingHint() {
  const { pending } = useLinkStatus();
  return <span className={pending ? 'pending pending--on' : 'pending'} aria-hidden="true" />;
}
