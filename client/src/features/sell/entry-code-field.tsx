import { Field } from '../../ui/field.tsx';

/** A `visibility`. */
export const ONLY_THE_BUYER = 'Only the buyer sees it, after paying.';

type Props = {
  /** Who sees the code, and when. */
  visibility: string;
  value: string | undefined;
  error: string | undefined;
  autoComplete?: 'off';
};

export function EntryCodeField({ visibility, value, error, autoComplete }: Props) {
  return (
    <Field
      id="secret"
      label="Entry code"
      hint={`Barcode number, transfer code or link. ${visibility}`}
      error={error}
    >
      {(attributes) => (
        <textarea
          {...attributes}
          dir="auto"
          rows={2}
          maxLength={2000}
          spellCheck={false}
          autoComplete={autoComplete}
          defaultValue={value}
        />
      )}
    </Field>
  );
}
