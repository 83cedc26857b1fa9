'use client';

import { useState } from 'react';
import { Field } from '../../ui/field.tsx';

/** The rules that a person can follow; the list of common passwords answers for itself. */
export const NEW_PASSWORD_HINT = 'At least 8 characters, without your email or “Encore”';

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
            aria-label={isShown ? `Hide ${label.toLowerCase()}` : `Show ${label.toLowerCase()}`}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? 'Hide' : 'Show'}
          </button>
        </div>
      )}
    </Field>
  );
}
