'use client';

import { useCallback, useEffect, useRef, useState, type FormEvent } from 'react';
import { send } from '../../lib/http.ts';
import { signInPath } from '../../lib/paths.ts';
import type { Ticket } from '../../lib/types.ts';
import type { LocalInstant } from '../../lib/wall-clock.ts';
import { toErrors, useForm, type FormOutcome } from '../../lib/use-form.ts';
import { listTicket } from './list-ticket.ts';
import { toListingRequest, type Values } from './listing-values.ts';
import { loadWallClock, readStart } from './start-time.ts';
import { useDraft } from './use-draft.ts';

export type EditedTicket = Pick<Ticket, 'id' | 'version'>;

function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries(new FormData(form)) as Values; // no field is a file
}

/** The state of the listing form: what is typed, its draft, and the request that creates or changes the ticket. */
export function useListingForm(ticket: EditedTicket | undefined, initial: Values) {
  const ref = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState(initial);
  const [choices, setChoices] = useState<LocalInstant[]>([]);
  const path = ticket ? `/sell/${ticket.id}` : '/sell/new';

  const readForm = useCallback(() => {
    const form = ref.current;
    if (form) setTyped((last) => ({ ...last, ...valuesOf(form) }));
  }, []);
  const draft = useDraft(`draft:${path}:${ticket?.version ?? ''}`, ref, readForm);

  useEffect(() => {
    loadWallClock().catch(() => undefined); // sending the form loads it again
  }, []);

  async function submit(submitted: Values): Promise<FormOutcome> {
    const values = { ...initial, ...submitted };
    const { body: rest, errors } = toListingRequest(values, { isNew: !ticket });
    const start = await readStart(values, ticket && initial);
    setChoices(('error' in start && start.choices) || []);
    if ('error' in start) errors.push(start.error);
    if ('error' in start || errors.length > 0) return { errors };
    const body = { ...rest, ...start.body };
    const response = ticket
      ? await send<Ticket>('PUT', `/api/tickets/${ticket.id}`, { ...body, version: ticket.version })
      : await listTicket(body);
    if (response.status === 401) {
      draft.save(values);
      return { leaveTo: signInPath(path) };
    }
    if (!response.data) return toErrors(response);
    draft.discard();
    return { leaveTo: `/tickets/${response.data.id}` };
  }

  const { props, ...state } = useForm(submit, initial);
  const onInput = (event: FormEvent<HTMLFormElement>) => {
    const now = valuesOf(event.currentTarget);
    setTyped((last) => ({ ...last, ...now }));
    draft.save(now);
  };
  return { ...state, choices, typed, formProps: { ...props, ref, onInput } };
}
