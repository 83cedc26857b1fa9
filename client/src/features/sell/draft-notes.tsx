import { formatLocalTime } from '../../lib/time.ts';
import { categoryNames, toCategory } from '../../lib/types.ts';
import { Note } from '../../ui/note.tsx';
import type { Values } from './listing-values.ts';
import { useTranslate } from '#use-translate';
import { inSentence } from '../../i18n/in-sentence.ts';
import { messages } from '../../i18n/translate.ts';
import type { Translate } from '../../i18n/translate.ts';

/** The fields of the form, as people call them. */
const FIELD_LABELS: Record<string, string> = messages({
  title: 'Title',
  price: 'Price',
  currency: 'Currency',
  faceValue: 'Face value',
  category: 'Category',
  startsAt: 'Start',
  timeZone: 'Time zone',
  venue: 'Venue',
  city: 'City',
  seat: 'Seat',
  notes: 'Note to buyers',
  secret: 'Entry code',
});

type Props = {
  hasDraft: boolean;
  /** Names of fields, with the saved texts. */
  conflicts: [string, string][];
  typed: Values;
  accept: (name: string, text: string) => void;
  reset: () => void;
};

export function DraftNotes({ hasDraft, conflicts, typed, accept, reset }: Props) {
  return (
    <>
      {conflicts.length > 0 && <ConflictNote conflicts={conflicts} typed={typed} accept={accept} />}
      {hasDraft && <DraftNote reset={reset} />}
    </>
  );
}

/** Shows that the form starts with what was typed before. */
function DraftNote({ reset }: Pick<Props, 'reset'>) {
  const t = useTranslate();
  return (
    <Note icon="info" role="status" title={t('Your draft')}>
      <p>{t('This is what you typed before, without the entry code.')}</p>
      <p className="row">
        <button className="btn" type="button" onClick={reset}>
          {t('Discard draft')}
        </button>
      </p>
    </Note>
  );
}

/** Shows both texts of every field that was saved elsewhere while something else was typed here. */
function ConflictNote({ conflicts, typed, accept }: Omit<Props, 'hasDraft' | 'reset'>) {
  const t = useTranslate();
  return (
    <Note kind="hold" icon="info" role="alert" title={t('Saved somewhere else while you typed')}>
      <p>{t('Nothing you typed is lost. If you save now, your text replaces the other.')}</p>
      {conflicts.map(([name, text]) => {
        const label = inSentence(t, t(FIELD_LABELS[name] ?? name));
        return (
          <div className="conflict" key={name} dir="auto">
            <p>
              {t.rich('Saved {field}: {text}', { field: label, text: <q>{display(t, name, text)}</q> })}
              <br />
              {t.rich('Yours: {text}', { text: <q>{display(t, name, typed[name] ?? '')}</q> })}
            </p>
            <p className="row">
              <button className="btn" type="button" onClick={() => accept(name, text)}>
                {t('Use the saved {field}', { field: label })}
              </button>
            </p>
          </div>
        );
      })}
    </Note>
  );
}

function display(t: Translate, name: string, text: string): string {
  const category = name === 'category' ? toCategory(text) : undefined;
  if (category) return t(categoryNames[category]);
  return name === 'startsAt' && text ? formatLocalTime(t, text, 'UTC').replace(' UTC', '') : text;
}
