import { redirect } from 'next/navigation';
import { safeNext, ticketIdOf } from '../../lib/paths.ts';
import { tryRead, getTicket } from '../../server/api.ts';
import { getVisitor } from '../../server/session.ts';
import { CredentialsForm } from './credentials-form.tsx';
import { AuthFrame, OtherModeLink, TicketToReserve } from './auth-frame.tsx';
import { getTranslate } from '../../i18n/server.ts';

type Props = { mode: 'signin' | 'signup'; searchParams: Record<string, string | string[] | undefined> };

export async function AuthPage({ mode, searchParams }: Props) {
  const t = await getTranslate();
  const next = safeNext(searchParams.next);
  const { user } = await getVisitor();
  if (user) redirect(t.path(next));

  const ticketId = searchParams.intent === 'reserve' ? ticketIdOf(next) : undefined;
  const wanted = ticketId ? await tryRead(getTicket(ticketId)) : undefined;
  const ticket = wanted?.ok ? wanted.value : undefined;
  const query = `?${new URLSearchParams({ ...(next !== '/' && { next }), ...(ticketId && { intent: 'reserve' }) })}`;
  const label = mode === 'signin' ? t('Sign in') : t('Create account');
  const andReserve = mode === 'signin' ? t('Sign in and reserve') : t('Create account and reserve');
  const signIn = ticket ? t('Sign in to reserve') : t('Sign in');
  const signUp = ticket ? t('Create an account to reserve') : t('Create an account');
  return (
    <AuthFrame>
      <div className="stack">
        <h1>{mode === 'signin' ? signIn : signUp}</h1>
        {ticket && <TicketToReserve ticket={ticket} />}
      </div>
      <CredentialsForm
        mode={mode}
        next={next}
        ticketId={ticketId}
        label={label}
        submitLabel={ticketId ? andReserve : label}
      >
        <noscript>
          <p className="meta">{t('This form needs JavaScript. Browsing works without it.')}</p>
        </noscript>
      </CredentialsForm>
      <OtherModeLink mode={mode} query={query === '?' ? '' : query} />
    </AuthFrame>
  );
}
