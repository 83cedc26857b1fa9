import { Field } from '../../ui/field.tsx';
import { useTranslate } from '#use-translate';
import { messages } from '../../i18n/translate.ts';

/** A `visibility`. */
export const ONLY_THE_BUYER = messages('Only the buyer sees it, after paying.');

type Props = {
  /** Who sees the code, and when. */
  visibility: string;
  value: string | undefined;
  error: string | undefined;
  autoComplete?: 'off';
};

export function EntryCodeField({ visibility, value, error, autoComplete }: Props) {
  const t = useTranslate();
  return (
    <Field
      id="secret"
      label={t('Entry code')}
      hint={`${t('Barcode number, transfer code or link.')} ${t(visibility)}`}
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
