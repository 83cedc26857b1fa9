'use client';

import { lazy, Suspense, type ReactNode } from 'react';
import { retryWhenOnline } from '../../lib/retry-when-online.ts';
import { FormErrors } from '../../ui/form-errors.tsx';
import { EventFields, PriceFields, TicketFields } from './listing-fields.tsx';
import { FIELD_IDS, type Values } from './listing-values.ts';
import { useListingForm, type EditedTicket } from './use-listing-form.ts';
import { useTranslate } from '#use-translate';

// The form opens without these, so their scripts load after the page.
const ListingPreview = lazy(
  retryWhenOnline(() =>
    import('./listing-preview.tsx').then((module) => ({ default: module.ListingPreview })),
  ),
);
const DraftNotes = lazy(
  retryWhenOnline(() => import('./draft-notes.tsx').then((module) => ({ default: module.DraftNotes }))),
);

type Props = {
  /** The listing being edited; without it the form lists a new ticket. */
  ticket?: EditedTicket;
  /** What is saved, or for a new ticket what the form starts with. */
  values: Values;
  /** Every zone that an event may be in. */
  timeZones: string[];
  /** The listing that a new one starts from. */
  like?: string | undefined;
  /** Shown instead of the form while the listing cannot be changed; what is typed comes back after it. */
  locked?: ReactNode;
  /** Below the button. */
  children?: ReactNode;
};

export function ListingForm({ ticket, values: saved, timeZones, like, locked, children }: Props) {
  const t = useTranslate();
  const form = useListingForm({ ticket, saved, like, isShown: !locked });
  const { errors, requestId, values, typed, choices, isPending, errorOf, formProps } = form;
  if (locked) return locked;
  const isNew = !ticket;
  const isConflict = errors.some(({ code }) => code === 'version_conflict');
  return (
    <div className="split">
      <div className="stack stack--wide">
        <FormErrors
          errors={errors}
          requestId={requestId}
          fieldIds={FIELD_IDS}
          {...(isConflict && { title: t('This listing was changed somewhere else') })}
        />
        {!isPending && (form.hasDraft || form.conflicts.length > 0) && (
          <Suspense>
            <DraftNotes {...form} />
          </Suspense>
        )}
        <form
          className="stack stack--form"
          {...formProps}
          // The browser must not put what one user typed back for the next, who uses the back button.
          autoComplete="off"
          aria-label={isNew ? t('Sell a ticket') : t('Edit listing')}
        >
          <EventFields values={values} errorOf={errorOf} choices={choices} timeZones={timeZones} />
          <TicketFields values={values} errorOf={errorOf} />
          <PriceFields values={values} errorOf={errorOf} typed={typed} isNew={isNew} />
          <button
            className="btn btn--main btn--big btn--wide"
            type="submit"
            aria-busy={isPending}
            aria-disabled={isPending}
          >
            {isNew ? t('List the ticket') : t('Save changes')}
          </button>
          {children}
        </form>
      </div>
      <Suspense>
        <ListingPreview
          typed={typed}
          id={ticket?.id}
          isNew={isNew}
          isEmpty={isNew && !like && !form.hasDraft}
          onStart={form.show}
        />
      </Suspense>
    </div>
  );
}
