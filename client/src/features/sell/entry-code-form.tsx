'use client';

import { useRouter } from 'next/navigation';
import { send } from '../../lib/http.ts';
import { signInPath } from '../../lib/paths.ts';
import type { Ticket } from '../../lib/types.ts';
import { toErrors, useForm, type FormOutcome } from '../../lib/use-form.ts';
import { FormErrors } from '../../ui/form-errors.tsx';
import { Note } from '../../ui/note.tsx';
import { EntryCodeField, ONLY_THE_BUYER } from './entry-code-field.tsx';
import { useTranslate } from '#use-translate';
import { messages } from '../../i18n/translate.ts';

const FIELD_IDS = { secret: 'secret' };

/** Adds or corrects the entry code of a ticket that can otherwise no longer be changed. */
export function EntryCodeForm({ id, secret, isSold }: { id: string; secret: string; isSold: boolean }) {
  const t = useTranslate();
  const router = useRouter();

  async function submit(typed: Record<string, string>): Promise<FormOutcome> {
    if (!typed.secret?.trim()) return { errors: [{ field: 'secret', message: t('Enter the entry code') }] };
    const response = await send<Ticket>('PUT', `/api/tickets/${id}/secret`, { secret: typed.secret });
    if (response.status === 401) {
      return { leaveTo: signInPath(`/sell/${id}`) };
    }
    if (!response.ok) return toErrors(response);
    router.refresh();
    return { done: isSold ? t('Saved. The buyer sees it now.') : t('Saved.') };
  }

  const { errors, requestId, done, values, isPending, errorOf, props } = useForm(submit, { secret });
  return (
    <div className="stack">
      <FormErrors errors={errors} requestId={requestId} fieldIds={FIELD_IDS} />
      <div role="status">{done && <Note kind="free" icon="tick" title={done} level={3} />}</div>
      <form className="stack stack--form" {...props} aria-label={t('Entry code')}>
        <EntryCodeField
          visibility={isSold ? messages('The buyer sees it in their order.') : ONLY_THE_BUYER}
          value={values.secret}
          error={errorOf('secret')}
          autoComplete="off"
        />
        <button className="btn btn--main" type="submit" aria-busy={isPending} aria-disabled={isPending}>
          {t('Save entry code')}
        </button>
      </form>
    </div>
  );
}
