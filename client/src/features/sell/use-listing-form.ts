'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { send, unreachable } from '../../lib/http.ts';
import { newListingPath, signInPath } from '../../lib/paths.ts';
import type { Ticket } from '../../lib/types.ts';
import type { LocalInstant } from '../../lib/wall-clock.ts';
import { toErrors, useForm, type FormOutcome } from '../../lib/use-form.ts';
import { listTicket } from './list-ticket.ts';
import { toListingRequest, type Values } from './listing-values.ts';

import { useTypedValues, valuesOf } from './use-typed-values.ts';
import { useTranslate } from '#use-translate';

/** The start of an event needs a library for time zones, so both load after the page. */
const loadStart = () => import('./start-time.ts');

export type EditedTicket = Pick<Ticket, 'id' | 'version'>;

type Options = {
  ticket: EditedTicket | undefined;
  saved: Values;
  /** The listing that a new one starts from. */
  like: string | undefined;
  isShown: boolean;
};

/** The state of the listing form: what is typed, its draft, and the request that creates or changes the ticket. */
export function useListingForm({ ticket, saved, like, isShown }: Options) {
  const t = useTranslate();
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [choices, setChoices] = useState<LocalInstant[]>([]);
  const path = ticket ? `/sell/${ticket.id}` : newListingPath(like);
  const version = ticket?.version;
  const { save, discard, ...entered } = useTypedValues({
    form,
    storageKey: `draft:${path}`,
    saved,
    version,
    isShown,
  });

  useEffect(() => {
    const load = async () => (await loadStart()).loadWallClock();
    load().catch(() => undefined); // sending the form loads it again
  }, []);

  async function submit(submitted: Values): Promise<FormOutcome> {
    const values = { ...saved, ...submitted };
    const { body: rest, errors } = toListingRequest(t, values, { isNew: !ticket });
    const library = await loadStart().catch(() => undefined);
    const start = library ? await library.readStart(t, values, ticket && saved) : { error: unreachable() };
    setChoices(('error' in start && start.choices) || []);
    if ('error' in start) errors.push(start.error);
    if ('error' in start || errors.length > 0) return { errors };
    const body = { ...rest, ...start.body };
    const response = ticket
      ? await send<Ticket>('PUT', `/api/tickets/${ticket.id}`, { ...body, version })
      : await listTicket(body);
    if (response.status === 401) {
      save(values);
      return { leaveTo: signInPath(path) };
    }
    if (response.status === 409) router.refresh(); // shows what was saved elsewhere
    if (!response.data) return toErrors(response);
    discard();
    return { leaveTo: `/tickets/${response.data.id}${ticket ? '' : '?notice=listed'}` };
  }

  const { props, ...state } = useForm(submit, saved);
  const onInput = (event: FormEvent<HTMLFormElement>) => save(valuesOf(event.currentTarget));
  return { ...state, ...entered, choices, formProps: { ...props, ref: form, onInput } };
}
