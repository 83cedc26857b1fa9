'use client';

import { FormErrors } from '../../ui/form-errors.tsx';
import { EventFields, PriceFields, SeatAndNotesFields, TitleField } from './listing-fields.tsx';
import { ListingPreview } from './listing-preview.tsx';
import { FIELD_IDS, type Values } from './listing-values.ts';
import { useListingForm, type EditedTicket } from './use-listing-form.ts';

type Props = {
  /** The listing being edited; without it the form lists a new ticket. */
  ticket?: EditedTicket;
  values: Values;
};

export function ListingForm({ ticket, values: initial }: Props) {
  const { errors, requestId, values, typed, choices, isPending, errorOf, formProps } = useListingForm(
    ticket,
    initial,
  );
  const isNew = !ticket;
  const isConflict = errors.some(({ code }) => code === 'version_conflict');
  return (
    <div className="split">
      <div className="stack stack--wide">
        <FormErrors
          errors={errors}
          requestId={requestId}
          fieldIds={FIELD_IDS}
          {...(isConflict && { title: 'This listing was changed somewhere else' })}
        />
        {isConflict && <ReloadButton />}
        <form
          className="stack stack--form"
          {...formProps}
          // The browser must not put what one user typed back for the next, who uses the back button.
          autoComplete="off"
          aria-label={isNew ? 'Sell a ticket' : 'Edit listing'}
        >
          <TitleField values={values} errorOf={errorOf} />
          <PriceFields values={values} errorOf={errorOf} typed={typed} isNew={isNew} />
          <EventFields values={values} errorOf={errorOf} choices={choices} />
          <SeatAndNotesFields values={values} errorOf={errorOf} />
          <button
            className="btn btn--main btn--big btn--wide"
            type="submit"
            aria-busy={isPending}
            aria-disabled={isPending}
          >
            {isNew ? 'List the ticket' : 'Save changes'}
          </button>
          <noscript>
            <p className="meta">This form needs JavaScript.</p>
          </noscript>
        </form>
      </div>
      <ListingPreview typed={typed} id={ticket?.id} />
    </div>
  );
}

/** The draft belongs to the old version, so the form does not restore it over the new one. */
function ReloadButton() {
  return (
    <p>
      <button className="btn" type="button" onClick={() => window.location.reload()}>
        Show the current version
      </button>
    </p>
  );
}
