'use client';

import { useCallback, useRef, useState } from 'react';
import { toCard } from '../../lib/card.ts';
import { send } from '../../lib/http.ts';
import { decimalsOf, money, parsePrice } from '../../lib/money.ts';
import { signInPath } from '../../lib/paths.ts';
import { zoneName } from '../../lib/time.ts';
import { categories, categoryNames, toCategory, type Ticket } from '../../lib/types.ts';
import { failed, useForm, type Outcome } from '../../lib/use-form.ts';
import { Field } from '../../ui/field.tsx';
import { FormErrors } from '../../ui/form-errors.tsx';
import { TicketCard } from '../catalog/ticket-card.tsx';
import { listTicket } from './list-ticket.ts';
import { currencies, FIELD_IDS, timeZones, toListing, type Values } from './listing-values.ts';
import { useDraft } from './use-draft.ts';

type Props = {
  /** The listing being edited; without it the form lists a new ticket. */
  ticket?: Pick<Ticket, 'id' | 'version'>;
  values: Values;
};

function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries(
    [...new FormData(form).entries()].filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

export function ListingForm({ ticket, values: initial }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState(initial);
  const isNew = !ticket;
  const path = ticket ? `/sell/${ticket.id}` : '/sell/new';

  const showTyped = useCallback(() => {
    if (form.current) setTyped((last) => ({ ...last, ...valuesOf(form.current as HTMLFormElement) }));
  }, []);
  const draft = useDraft(`draft:${path}:${ticket?.version ?? ''}`, form, showTyped);

  async function submit(submitted: Values): Promise<Outcome> {
    const values = { ...initial, ...submitted };
    const { body, errors } = toListing(values, { isNew });
    if (errors.length > 0) return { errors };
    const reply = ticket
      ? await send<Ticket>('PUT', `/api/tickets/${ticket.id}`, { ...body, version: ticket.version })
      : await listTicket(body);
    if (reply.status === 401) {
      draft.keep(values);
      window.location.assign(signInPath(path));
      return 'leaving';
    }
    if (!reply.data) return failed(reply);
    draft.forget();
    window.location.assign(`/tickets/${reply.data.id}`);
    return 'leaving';
  }

  const { errors, requestId, values, isPending, errorOf, props } = useForm(submit, initial);
  const isConflict = errors.some(({ code }) => code === 'version_conflict');
  const currency = typed.currency ?? 'usd';
  const example = decimalsOf(currency) === 0 ? '4500' : '42.50';
  const button = isNew ? 'List the ticket' : 'Save changes';

  return (
    <div className="split">
      <div className="stack stack--wide">
        <FormErrors
          errors={errors}
          requestId={requestId}
          fieldIds={FIELD_IDS}
          {...(isConflict && { title: 'This listing was changed somewhere else' })}
        />
        {isConflict && (
          <p>
            {/* The draft belongs to the old version and is not put over the new one. */}
            <button className="btn" type="button" onClick={() => window.location.reload()}>
              Show what it is now
            </button>
          </p>
        )}
        <form
          className="stack stack--form"
          ref={form}
          {...props}
          aria-label={isNew ? 'Sell a ticket' : 'Edit listing'}
          onInput={(event) => {
            const now = valuesOf(event.currentTarget);
            setTyped((last) => ({ ...last, ...now }));
            draft.keep(now);
          }}
        >
          <Field
            id="title"
            label="Title"
            hint="The event as people know it"
            maxLength={200}
            autoComplete="off"
            defaultValue={values.title}
            error={errorOf('title')}
          />
          <div className="pair">
            <Field
              id="price"
              label="Price the buyer pays"
              hint={`For example ${example}`}
              inputMode="decimal"
              autoComplete="off"
              defaultValue={values.price}
              error={errorOf('price')}
            />
            {isNew ? (
              <Field id="currency" label="Currency" hint="Fixed once listed" error={errorOf('currency')}>
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
            ) : (
              <div className="field">
                <span className="label">Currency</span>
                <span className="hint">Fixed once listed</span>
                <p className="tap">{currency.toUpperCase()}</p>
              </div>
            )}
          </div>
          <Earnings price={typed.price} currency={currency} />
          <Field
            id="faceValue"
            label="Face value"
            hint="What is printed on the ticket, if you know it"
            inputMode="decimal"
            autoComplete="off"
            defaultValue={values.faceValue}
            error={errorOf('faceValue')}
          />
          <Field id="category" label="Category" error={errorOf('category')}>
            {(attributes) => (
              <select {...attributes} className="select" defaultValue={values.category}>
                <option value="">Not said</option>
                {categories.map((name) => (
                  <option key={name} value={name}>
                    {categoryNames[name]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <div className="pair">
            <Field
              id="startsAt"
              label="Starts"
              hint="Local time of the event"
              type="datetime-local"
              defaultValue={values.startsAt}
              error={errorOf('startsAt')}
            />
            <Field id="timeZone" label="Time zone" hint="Of the place" error={errorOf('timeZone')}>
              {(attributes) => (
                <select {...attributes} className="select" defaultValue={values.timeZone}>
                  {[...new Set([values.timeZone ?? 'UTC', ...timeZones])].map((zone) => (
                    <option key={zone} value={zone}>
                      {zoneName(zone)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <div className="pair">
            <Field
              id="venue"
              label="Place"
              maxLength={100}
              defaultValue={values.venue}
              error={errorOf('venue')}
            />
            <Field
              id="city"
              label="City"
              maxLength={100}
              defaultValue={values.city}
              error={errorOf('city')}
            />
          </div>
          <Field
            id="seat"
            label="Seat"
            hint="Block, row, seat, or “standing”"
            maxLength={100}
            defaultValue={values.seat}
            error={errorOf('seat')}
          />
          <Field id="notes" label="A word to buyers" hint="Everybody sees this" error={errorOf('notes')}>
            {(attributes) => (
              <textarea {...attributes} rows={3} maxLength={2000} defaultValue={values.notes} />
            )}
          </Field>
          <Field
            id="secret"
            label="Code for the door"
            hint="Barcode number, transfer code or link. Only the buyer sees it, and only once they have paid."
            error={errorOf('secret')}
          >
            {(attributes) => (
              <textarea
                {...attributes}
                rows={2}
                maxLength={2000}
                spellCheck={false}
                defaultValue={values.secret}
              />
            )}
          </Field>
          <button
            className="btn btn--main btn--big btn--wide"
            type="submit"
            aria-busy={isPending}
            aria-disabled={isPending}
          >
            {button}
          </button>
          <noscript>
            <p className="meta">This form needs JavaScript.</p>
          </noscript>
        </form>
      </div>
      <Preview typed={typed} id={ticket?.id ?? 'preview'} />
    </div>
  );
}

/** Nothing is taken from either side, and the form says so while one types. */
function Earnings({ price, currency }: { price: string | undefined; currency: string }) {
  const amount = parsePrice(price ?? '', currency);
  return (
    <dl className="sum" aria-live="off">
      <div>
        <dt>The buyer pays</dt>
        <dd>{typeof amount === 'number' ? money(amount, currency) : 'your price'}</dd>
      </div>
      <div>
        <dt>You receive</dt>
        <dd>{typeof amount === 'number' ? money(amount, currency) : 'the same, whole'}</dd>
      </div>
    </dl>
  );
}

function Preview({ typed, id }: { typed: Values; id: string }) {
  const currency = typed.currency ?? 'usd';
  const price = parsePrice(typed.price ?? '', currency);
  const faceValue = parsePrice(typed.faceValue ?? '', currency);
  const { body } = toListing(typed, { isNew: true });
  const ticket: Ticket = {
    id,
    version: 0,
    title: typed.title?.trim() || 'Your ticket',
    price: typeof price === 'number' ? price : 0,
    currency,
    userId: '',
    status: 'available',
    createdAt: '',
    updatedAt: '',
  };
  const startsAt = body.startsAt as string | undefined;
  const category = toCategory(typed.category);
  if (typeof faceValue === 'number') ticket.faceValue = faceValue;
  if (startsAt) ticket.startsAt = startsAt;
  if (typed.timeZone) ticket.timeZone = typed.timeZone;
  if (category) ticket.category = category;
  for (const name of ['venue', 'city', 'seat'] as const) {
    const text = typed[name]?.trim();
    if (text) ticket[name] = text;
  }
  return (
    <aside className="split__side stack" aria-labelledby="preview">
      <h2 className="meta" id="preview">
        As buyers will see it
      </h2>
      <div className="preview">
        <TicketCard card={toCard(ticket, undefined)} isPreview />
      </div>
      {id === 'preview' && <p className="small">The poster is drawn anew when the ticket is listed.</p>}
    </aside>
  );
}
