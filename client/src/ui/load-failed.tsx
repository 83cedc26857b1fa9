import type { ReactNode } from 'react';
import { JustArrived } from './just-arrived.tsx';
import { Note } from './note.tsx';
import { RetryButton } from './retry-button.tsx';
import { useTranslate } from '#use-translate';
import { reference } from './reference.tsx';

type Problem = {
  status: number;
  errors: { message: string; code?: string }[];
  requestId: string | undefined;
};

/** An error state inside the page: what is missing, what it means, and a way to retry. */
export function LoadFailed({
  title,
  error,
  children,
}: {
  title: string;
  error: Problem;
  children?: ReactNode;
}) {
  const t = useTranslate();
  if (error.errors.some(({ code }) => code === 'not_synchronized')) return <JustArrived />;
  const isRefused = error.status >= 400 && error.status < 500;
  return (
    <Note kind="stop" icon="alert" role="alert" title={title}>
      {isRefused ? (
        <ul>
          {error.errors.map(({ message }) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      ) : (
        <p>
          {t(
            'Something went wrong on our side. Your reservations haven’t changed. This page tries again by itself.',
          )}
        </p>
      )}
      {children}
      <p className="row">
        <RetryButton retries={!isRefused} />
      </p>
      {error.requestId && (
        <p className="small">{t.rich('Request <ref>{id}</ref>', { id: error.requestId, ref: reference })}</p>
      )}
    </Note>
  );
}

/** The page in its place when what it is about did not load. */
export function PageLoadFailed({
  heading,
  title,
  error,
}: {
  heading: string;
  title: string;
  error: Problem;
}) {
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section">
        <h1 className="gap-b">{heading}</h1>
        <LoadFailed title={title} error={error} />
      </div>
    </main>
  );
}
