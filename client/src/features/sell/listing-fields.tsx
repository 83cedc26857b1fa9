import { lazy, Suspense, type ReactNode } from 'react';
import { retryWhenOnline } from '../../lib/retry-when-online.ts';
import { currencies } from '../../lib/currencies.ts';
import { decimalsOf, formatMoney } from '../../lib/money.ts';
import { formatTimeZone } from '../../lib/time.ts';
import type { LocalInstant } from '../../lib/wall-clock.ts';
import { categories, categoryNames } from '../../lib/types.ts';
import { Field } from '../../ui/field.tsx';
import { EntryCodeField, ONLY_THE_BUYER } from './entry-code-field.tsx';
import type { Values } from './listing-values.ts';
import { parsePrice } from './price-input.ts';
import { useTranslate } from '#use-translate';

// Few events start in the hour that comes twice.
const StartChoice = lazy(
  retryWhenOnline(() => import('./start-choice.tsx').then((module) => ({ default: module.StartChoice }))),
);

type Props = { values: Values; errorOf: (field: string) => string | undefined };
type PriceFieldsProps = Props & { typed: Values; isNew: boolean };

type TextFieldProps = Props & {
  id: 'title' | 'venue' | 'city' | 'seat';
  label: string;
  hint?: string;
  maxLength: number;
  autoComplete?: 'off';
};

function TextField({ values, errorOf, ...field }: TextFieldProps) {
  return <Field {...field} dir="auto" defaultValue={values[field.id]} error={errorOf(field.id)} />;
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="group stack stack--form">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

export function PriceFields({ values, errorOf, typed, isNew }: PriceFieldsProps) {
  const t = useTranslate();
  const currency = typed.currency ?? 'usd';
  const example = decimalsOf(currency) === 0 ? '4500' : '42.50';
  return (
    <Group title={t('Price')}>
      <div className="pair">
        <Field
          id="price"
          label={t('Price the buyer pays')}
          hint={t('For example {example}', { example })}
          inputMode="decimal"
          autoComplete="off"
          defaultValue={values.price}
          error={errorOf('price')}
        />
        {isNew ? (
          <CurrencyField values={values} errorOf={errorOf} />
        ) : (
          <div className="field">
            <span className="label">{t('Currency')}</span>
            <span className="hint">{t('Fixed once listed')}</span>
            <p className="tap">{currency.toUpperCase()}</p>
          </div>
        )}
      </div>
      <BuyerPays price={typed.price} currency={currency} />
      <Field
        id="faceValue"
        label={t('Face value')}
        hint={t('As printed on the ticket, if you know it')}
        inputMode="decimal"
        autoComplete="off"
        defaultValue={values.faceValue}
        error={errorOf('faceValue')}
      />
    </Group>
  );
}

function CurrencyField({ values, errorOf }: Props) {
  const t = useTranslate();
  return (
    <Field id="currency" label={t('Currency')} hint={t('Fixed once listed')} error={errorOf('currency')}>
      {(attributes) => (
        <select {...attributes} className="select" defaultValue={values.currency}>
          {currencies.map((name) => (
            <option key={name} value={name}>
              {name.toUpperCase()}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Shows, while the seller types, that there are no fees. It promises no payout, because there is none yet. */
function BuyerPays({ price, currency }: { price: string | undefined; currency: string }) {
  const t = useTranslate();
  const amount = parsePrice(t, price ?? '', currency);
  return (
    <dl className="sum" aria-live="off">
      <div>
        <dt>{t('The buyer pays')}</dt>
        <dd>{typeof amount === 'number' ? formatMoney(t, amount, currency) : t('your price')}</dd>
      </div>
      <div>
        <dt>{t('Fees')}</dt>
        <dd>{t('none')}</dd>
      </div>
      <div>
        <dt>{t('Payout to you')}</dt>
        <dd>{t('not available yet')}</dd>
      </div>
    </dl>
  );
}

type EventFieldsProps = Props & { choices: LocalInstant[]; timeZones: string[] };

export function EventFields({ values, errorOf, choices, timeZones }: EventFieldsProps) {
  const t = useTranslate();
  const texts = { values, errorOf };
  return (
    <Group title={t('Event')}>
      <TextField
        {...texts}
        id="title"
        label={t('Title')}
        hint={t('The name of the event')}
        maxLength={200}
        autoComplete="off"
      />
      <div className="pair">
        <TextField {...texts} id="venue" label={t('Venue')} maxLength={100} />
        <TextField {...texts} id="city" label={t('City')} maxLength={100} />
      </div>
      <div className="pair">
        <Field
          id="startsAt"
          label={t('Starts')}
          hint={t('Local time of the event')}
          type="datetime-local"
          max="9999-12-30T23:59"
          step="any"
          defaultValue={values.startsAt}
          error={errorOf('startsAt')}
        />
        <Field
          id="timeZone"
          label={t('Time zone')}
          hint={t('Where the event is')}
          error={errorOf('timeZone')}
        >
          {(attributes) => (
            <select {...attributes} className="select" defaultValue={values.timeZone}>
              {[...new Set([values.timeZone ?? 'UTC', ...timeZones])].map((zone) => (
                <option key={zone} value={zone}>
                  {formatTimeZone(t, zone)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {choices.length > 0 && (
        <Suspense>
          <StartChoice choices={choices} />
        </Suspense>
      )}
      <Field id="category" label={t('Category')} error={errorOf('category')}>
        {(attributes) => (
          <select {...attributes} className="select" defaultValue={values.category}>
            <option value="">{t('Choose a category')}</option>
            {categories.map((name) => (
              <option key={name} value={name}>
                {t(categoryNames[name])}
              </option>
            ))}
          </select>
        )}
      </Field>
    </Group>
  );
}

export function TicketFields({ values, errorOf }: Props) {
  const t = useTranslate();
  return (
    <Group title={t('Ticket')}>
      <TextField
        values={values}
        errorOf={errorOf}
        id="seat"
        label={t('Seat')}
        hint={t('Block, row, seat, or “standing”')}
        maxLength={100}
      />
      <Field
        id="notes"
        label={t('Note to buyers')}
        hint={t('Everyone can see this')}
        error={errorOf('notes')}
      >
        {(attributes) => (
          <textarea {...attributes} dir="auto" rows={3} maxLength={2000} defaultValue={values.notes} />
        )}
      </Field>
      <EntryCodeField visibility={ONLY_THE_BUYER} value={values.secret} error={errorOf('secret')} />
    </Group>
  );
}
