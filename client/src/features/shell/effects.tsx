'use client';

import { Link } from '../../ui/link.tsx';
import { usePathname } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { onAnnounce, onToast, type ToastMessage } from '../../lib/announce.ts';
import { useOnline } from '../../lib/use-online.ts';
import { Icon } from '../../ui/icon.tsx';
import { useTranslate } from '#use-translate';

const TOAST_MS = 8_000;

/** The live region and the toasts. Both exist before their first message, or screen readers would miss it. */
export function LiveRegion() {
  const t = useTranslate();
  const [text, setText] = useState('');
  const [message, setMessage] = useState<ToastMessage | undefined>();

  useEffect(() => onAnnounce(setText), []);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onToast((next) => {
      setMessage(next);
      clearTimeout(timer);
      if (!next.stays) timer = setTimeout(() => setMessage(undefined), TOAST_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);

  return (
    <>
      <p className="vh" role="status" id="live">
        {text}
      </p>
      <div role="status" className={message ? 'toast toast--shown' : 'toast toast--none'}>
        {message && (
          <>
            <span>{message.text}</span>
            {message.href && (
              <Link className="btn" href={message.href} onClick={() => setMessage(undefined)}>
                {message.action}
              </Link>
            )}
            <button className="btn" type="button" onClick={() => setMessage(undefined)}>
              {t('Close')}
            </button>
          </>
        )}
      </div>
    </>
  );
}

export function OfflineBar() {
  const t = useTranslate();
  const isOnline = useOnline();
  const [loadedAt, setLoadedAt] = useState('');
  const path = usePathname();
  useEffect(() => {
    const now = new Date().toLocaleTimeString(t.language, { hour: '2-digit', minute: '2-digit' });
    queueMicrotask(() => setLoadedAt(now));
  }, [path, t]);
  return (
    <div role="status">
      {!isOnline && (
        <div className="offline">
          <div className="wrap">
            <Icon name="offline" />
            <span>{t('You are offline. This page is from {time}.', { time: loadedAt })}</span>
          </div>
        </div>
      )}
    </div>
  );
}

/** Moves the focus to the heading of a new page, for keyboards and screen readers. */
export function RouteFocus() {
  const path = usePathname();
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    const heading = document.querySelector('h1');
    heading?.setAttribute('tabindex', '-1');
    heading?.focus({ preventScroll: true });
  }, [path]);
  return null;
}
