'use client';

import { useEffect, useRef } from 'react';
import type { FieldError } from '../lib/types.ts';
import { Note } from './note.tsx';
import { useTranslate } from '#use-translate';
import { reference } from './reference.tsx';

type Props = {
  errors: FieldError[];
  requestId?: string | undefined;
  title?: string;
  fieldIds: Record<string, string>;
};

/**
 * Moves the focus to the field when exactly one field is wrong. Otherwise shows a focused summary that links to the
 * fields with the same messages.
 */
export function FormErrors({ errors, requestId, title, fieldIds }: Props) {
  const t = useTranslate();
  const summary = useRef<HTMLDivElement>(null);
  const known = errors.filter(({ field }) => field !== undefined && field in fieldIds);
  const onlyField = errors.length === 1 && known.length === 1 ? fieldIds[known[0]?.field ?? ''] : undefined;

  useEffect(() => {
    if (errors.length === 0) return;
    if (onlyField) document.getElementById(onlyField)?.focus();
    else summary.current?.focus();
  }, [errors, onlyField]);

  if (errors.length === 0 || onlyField) return null;
  const isOnlyFields = known.length === errors.length;
  const heading = isOnlyFields
    ? t('{count, plural, =2 {Two} =3 {Three} =4 {Four} =5 {Five} =6 {Six} other {#}} things to fix', {
        count: errors.length,
      })
    : title;
  return (
    <Note kind="stop" icon="alert" role="alert" title={heading ?? errors[0]?.message} ref={summary}>
      <ul>
        {errors
          .filter(({ message }) => heading !== undefined || message !== errors[0]?.message)
          .map(({ field, message }) => (
            <li key={`${field}${message}`}>
              {field !== undefined && field in fieldIds ? (
                <a href={`#${fieldIds[field]}`}>{message}</a>
              ) : (
                message
              )}
            </li>
          ))}
      </ul>
      {errors.map(
        ({ ticketId }) =>
          ticketId && (
            <p key={ticketId}>
              <a href={t.path(`/tickets/${ticketId}`)}>{t('See the other listing')}</a>
            </p>
          ),
      )}
      {requestId && (
        <p className="small">{t.rich('Request <ref>{id}</ref>', { id: requestId, ref: reference })}</p>
      )}
    </Note>
  );
}
