'use client';

import { send } from '../../lib/http.ts';
import { signInPath } from '../../lib/paths.ts';
import type { FieldError } from '../../lib/types.ts';
import { toErrors, useForm, type FormOutcome } from '../../lib/use-form.ts';
import { FormErrors } from '../../ui/form-errors.tsx';
import { Note } from '../../ui/note.tsx';
import { NEW_PASSWORD_HINT, PasswordField } from '../auth/password-field.tsx';
import { useTranslate } from '#use-translate';
import type { Translate } from '../../i18n/translate.ts';

const FIELD_IDS = { currentPassword: 'currentPassword', newPassword: 'newPassword' };

async function submit(
  t: Translate,
  { currentPassword = '', newPassword = '' }: Record<string, string>,
): Promise<FormOutcome> {
  const absent: FieldError[] = [];
  if (!currentPassword) absent.push({ field: 'currentPassword', message: t('Enter your current password') });
  if (!newPassword) absent.push({ field: 'newPassword', message: t('Choose a new password') });
  if (absent.length > 0) return { errors: absent };
  const response = await send('PUT', '/api/users/password', { currentPassword, newPassword });
  if (response.status === 401) return { leaveTo: signInPath('/account') };
  return response.ok
    ? { done: t('Your password has been changed. You’ve been signed out everywhere else.') }
    : toErrors(response);
}

export function PasswordForm({ email }: { email: string }) {
  const t = useTranslate();
  const { errors, requestId, done, values, isPending, errorOf, props } = useForm((typed) => submit(t, typed));
  return (
    <div className="stack">
      <FormErrors errors={errors} requestId={requestId} fieldIds={FIELD_IDS} />
      <div role="status">{done && <Note kind="free" icon="tick" title={done} level={3} />}</div>
      <form className="stack stack--form" {...props} key={done ?? 'form'} aria-label={t('Change password')}>
        <input type="email" name="email" autoComplete="username" defaultValue={email} readOnly hidden />
        <PasswordField
          id="currentPassword"
          label={t('Current password')}
          autoComplete="current-password"
          defaultValue={done ? '' : values.currentPassword}
          error={errorOf('currentPassword')}
        />
        <PasswordField
          id="newPassword"
          label={t('New password')}
          autoComplete="new-password"
          hint={t(NEW_PASSWORD_HINT)}
          defaultValue={done ? '' : values.newPassword}
          error={errorOf('newPassword')}
        />
        <button className="btn btn--main" type="submit" aria-busy={isPending} aria-disabled={isPending}>
          {t('Change password')}
        </button>
      </form>
    </div>
  );
}
