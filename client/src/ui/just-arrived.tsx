'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { JUST_ARRIVED } from '../lib/just-arrived.ts';
import { Note } from './note.tsx';
import { useTranslate } from '#use-translate';

const RETRY_MS = 2_000;

/** Shown while a service has not yet learned of what the page is about. The page loads again by itself. */
export function JustArrived() {
  const t = useTranslate();
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), RETRY_MS);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <Note kind="mine" icon="clock" role="status" title={JUST_ARRIVED}>
      <p>{t('This page loads again by itself.')}</p>
    </Note>
  );
}
