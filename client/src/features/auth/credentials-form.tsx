'use client';

import { useRef, type ReactNode } from 'react';
import { newIdempotencyKey, send } from '../../lib/http.ts';
import type { FieldError, User } from '../../lib/types.ts';
import { toErrors, useForm, type FormOutcome } from '../../lib/use-form.ts';
import { Field } from '../../ui/field.tsx';
import { FormErrors } from '../../ui/form-errors.tsx';
import { readIntent, reserve } from '../ticket/reserve.ts';
import { NEW_PASSWORD_HINT, PasswordField } from './password-field.tsx';
import { useTranslate } from '#use-translate';
import type { Translate } from '../../i18n/translate.ts';

const FIELD_IDS = { email: 'email', password: 'password' };

type Props = {
  mode: 'signin' | 'signup';
  next: string;
  /** The ticket to reserve after signing in. */
  ticketId: string | undefined;
  /** The name of the form, and the text of its button. */
  label: string;
  submitLabel: string;
  /** Below the button. */
  children?: ReactNode;
};

/** What was sent, and its key: sending it again after a lost response repeats the request instead of making another. */
type Attempt = { email: string; password: string; key: string };

function missing(
  t: Translate,
  mode: Props['mode'],
  { email = '', password = '' }: Record<string, string>,
): FieldError[] {
  const errors: FieldError[] = [];
  if (email.trim() === '') {
    errors.push({ field: 'email', message: t('Enter an email address, like name@example.com') });
  }
  if (password === '') {
    errors.push({
      field: 'password',
      message: mode === 'signin' ? t('Enter your password') : t('Choose a password'),
    });
  }
  return errors;
}

/** Signs in, reserves the ticket if there is one, and leaves with a full page load: every page depends on the user. */
export function CredentialsForm({ mode, next, ticketId, label, submitLabel, children }: Props) {
  const t = useTranslate();
  const attempt = useRef<Attempt>(undefined);

  async function submit({ email = '', password = '' }: Record<string, string>): Promise<FormOutcome> {
    const absent = missing(t, mode, { email, password });
    if (absent.length > 0) return { errors: absent };
    if (attempt.current?.email !== email || attempt.current.password !== password)
      attempt.current = { email, password, key: newIdempotencyKey() };
    const response = await send<User>(
      'POST',
      `/api/users/${mode}`,
      { email: email.trim(), password },
      mode === 'signup' ? { idempotencyKey: attempt.current.key } : {},
    );
    if (!response.ok) return toErrors(response);
    return { leaveTo: ticketId ? await reserveFor(ticketId) : next };
  }

  const { errors, requestId, values, isPending, errorOf, props } = useForm(submit);

  return (
    <>
      <FormErrors errors={errors} requestId={requestId} fieldIds={FIELD_IDS} />
      <form className="stack stack--form" {...props} aria-label={label}>
        <Field
          id="email"
          label={t('Email')}
          type="email"
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          defaultValue={values.email}
          error={errorOf('email')}
        />
        <PasswordField
          id="password"
          label={t('Password')}
          autoComplete={mode === 'signin' ? 'current-password' : 'new-password'}
          {...(mode === 'signup' && { hint: t(NEW_PASSWORD_HINT) })}
          defaultValue={values.password}
          error={errorOf('password')}
        />
        <button
          className="btn btn--main btn--big btn--wide"
          type="submit"
          aria-busy={isPending}
          aria-disabled={isPending}
        >
          {submitLabel}
        </button>
        {children}
      </form>
    </>
  );
}

async function reserveFor(id: string): Promise<string> {
  const intent = readIntent(id);
  if (!intent) return `/tickets/${id}`; // already reserved, or reserved in another tab
  const { data, errors } = await reserve(id, intent);
  return data ? `/checkout/${data.id}` : `/tickets/${id}?notice=${encodeURIComponent(errors[0]?.code ?? '')}`;
}
