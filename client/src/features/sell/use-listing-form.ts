'use client';

import { useCallback, useRef, useState, type FormEvent } from 'react';
import { send } from '../../lib/http.ts';
import { signInPath } from '../../lib/paths.ts';
import type { Ticket } from '../../lib/types.ts';
import { failed, useForm, type Outcome } from '../../lib/use-form.ts';
import { listTicket } from './list-ticket.ts';
import { toListing, type Values } from './listing-values.ts';
import { useDraft } from './use-draft.ts';

export type EditedTicket = Pick<Ticket, 'id' | 'version'>;

function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries(
    [...new FormData(form).entries()].filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

/** The state of the listing form: what is typed, its draft, and sending it as a new ticket or as a change of `ticket`. */
export function useListingForm(ticket: EditedTicket | undefined, initial: Values) {
  const ref = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState(initial);
  const path = ticket ? `/sell/${ticket.id}` : '/sell/new';

  const readForm = useCallback(() => {
    const form = ref.current;
    if (form) setTyped((last) => ({ ...last, ...valuesOf(form) }));
  }, []);
  const draft = useDraft(`draft:${path}:${ticket?.version ?? ''}`, ref, readForm);

  async function submit(submitted: Values): Promise<Outcome> {
    const values = { ...initial, ...submitted };
    const { body, errors } = toListing(values, { isNew: !ticket });
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

  const { props, ...state } = useForm(submit, initial);
  const onInput = (event: FormEvent<HTMLFormElement>) => {
    const now = valuesOf(event.currentTarget);
    setTyped((last) => ({ ...last, ...now }));
    draft.keep(now);
  };
  return { ...state, typed, formProps: { ...props, ref, onInput } };
}
