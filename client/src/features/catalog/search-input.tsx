'use client';

import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslate } from '#use-translate';
import { retryWhenOnline } from '../../lib/retry-when-online.ts';

const Suggestions = lazy(
  retryWhenOnline(() => import('./suggestions.tsx').then((module) => ({ default: module.Suggestions }))),
);

/** A plain field of the search form. Suggestions load when it is used. */
export function SearchInput({ value }: { value: string }) {
  const t = useTranslate();
  const [isUsed, setIsUsed] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        className="input"
        id="q"
        name="q"
        dir="auto"
        type="search"
        maxLength={100}
        defaultValue={value}
        placeholder={t('Try “Mozart”')}
        autoComplete="off"
        onFocus={() => setIsUsed(true)}
      />
      {isUsed && (
        <Suspense>
          <Suggestions input={input} />
        </Suspense>
      )}
    </>
  );
}
