'use client';

import { startTransition, useActionState, type FormEvent } from 'react';
import type { ApiResponse } from './http.ts';
import { leave } from './leave.ts';
import type { FieldError } from './types.ts';

export type FormState = {
  errors: FieldError[];
  requestId: string | undefined;
  done: string | undefined;
  /** What was typed, because React resets a form after its action, even when there are errors. */
  values: Record<string, string>;
};

const INITIAL: FormState = { errors: [], requestId: undefined, done: undefined, values: {} };

export type FormOutcome =
  { errors: FieldError[]; requestId?: string | undefined } | { done: string } | { leaveTo: string };

export function toErrors<T>({ errors, requestId }: ApiResponse<T>): FormOutcome {
  return { errors, requestId };
}

/**
 * A form whose action runs in the browser. `onSubmit` keeps React from resetting it; with `action`, React replays a
 * submit from before hydration. A form that is leaving stays pending until it is clear that the page is still here.
 */
export function useForm(
  submit: (values: Record<string, string>) => Promise<FormOutcome>,
  initial: Record<string, string> = {},
) {
  const [state, run, isPending] = useActionState<FormState, FormData>(
    async (_last, data) => {
      const values = Object.fromEntries(
        [...data.entries()].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      );
      const outcome = await submit(values);
      if ('leaveTo' in outcome) {
        await leave(outcome.leaveTo);
        return { ...INITIAL, values };
      }
      if ('done' in outcome) return { ...INITIAL, done: outcome.done, values };
      return { errors: outcome.errors, requestId: outcome.requestId, done: undefined, values };
    },
    { ...INITIAL, values: initial },
  );
  const errorOf = (field: string) => state.errors.find((error) => error.field === field)?.message;
  const props = {
    action: run,
    noValidate: true,
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault();
      if (isPending) return;
      const data = new FormData(event.currentTarget);
      startTransition(() => run(data));
    },
  };
  return { ...state, isPending, errorOf, props };
}
