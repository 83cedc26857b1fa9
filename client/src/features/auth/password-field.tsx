'use client';

import { useState } from 'react';
import { Field } from '../../ui/field.tsx';
import { useTranslate } from '#use-translate';
import { inSentence } from '../../i18n/in-sentence.ts';
import { messages } from '../../i18n/translate.ts';

/** The rules that a person can follow; the list of common passwords answers for itself. */
export const NEW_PASSWORD_HINT = messages('At least 8 characters, without your email or “Encore”');

type Props = {
  id: string;
  name?: string;
  label: string;
  autoComplete: 'current-password' | 'new-password';
  hint?: string;
  error: string | undefined;
  defaultValue?: string | undefined;
};

export function PasswordField({ id, name = id, label, autoComplete, hint, error, defaultValue }: Props) {
  const t = useTranslate();
  const [isShown, setShown] = useState(false);
  return (
    <Field id={id} name={name} label={label} hint={hint} error={error}>
      {(attributes) => (
        <div className="with-btn">
          <input
            {...attributes}
            type={isShown ? 'text' : 'password'}
            autoComplete={autoComplete}
            spellCheck={false}
            autoCapitalize="none"
            defaultValue={defaultValue}
          />
          <button
            type="button"
            aria-pressed={isShown}
            aria-label={
              isShown
                ? t('Hide {field}', { field: inSentence(t, label) })
                : t('Show {field}', { field: inSentence(t, label) })
            }
            onClick={() => setShown(!isShown)}
          >
            {isShown ? t('Hide') : t('Show')}
          </button>
        </div>
      )}
    </Field>
  );
}
