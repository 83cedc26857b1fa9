'use client';

import { lazy, Suspense } from 'react';
import { retryWhenOnline } from '../../lib/retry-when-online.ts';

const Form = lazy(
  retryWhenOnline(() =>
    import('./entry-code-form.tsx').then((module) => ({ default: module.EntryCodeForm })),
  ),
);

/** A listing that can be changed has the entry code in its own form, so the script of this one loads when it is shown. */
export function EntryCodeForm(props: { id: string; secret: string; isSold: boolean }) {
  return (
    <Suspense>
      <Form {...props} />
    </Suspense>
  );
}
