import type { InputHTMLAttributes, ReactNode } from 'react';
import { Icon } from './icon.tsx';

type Props = {
  id: string;
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  children?: (attributes: FieldAttributes) => ReactNode;
} & Omit<InputHTMLAttributes<HTMLInputElement>, 'children'>;

export type FieldAttributes = {
  id: string;
  name: string;
  className: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
};

/** Label, hint, error and control, in this order; `aria-describedby` points to the hint and the error. */
export function Field({ id, label, hint, error, children, name = id, ...input }: Props) {
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const attributes: FieldAttributes = {
    id,
    name,
    className: 'input',
    'aria-invalid': error ? true : undefined,
    'aria-describedby': described || undefined,
  };
  return (
    <div className={error ? 'field field--bad' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field__err" id={`${id}-error`}>
          <Icon name="alert" /> {error}
        </p>
      )}
      {children ? children(attributes) : <input {...attributes} {...input} />}
    </div>
  );
}
