import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { Link } from '../../../ui/link.tsx';
import { notFound } from 'next/navigation';
import { LiveRefresh } from '../../../features/orders/live-refresh.tsx';
import { EntryCodeForm } from '../../../features/sell/lazy-entry-code-form.tsx';
import { MoneyBack } from '../../../features/orders/money-back.tsx';
import { ListingForm } from '../../../features/sell/listing-form.tsx';
import { NeedsScript } from '../../../features/sell/needs-script.tsx';
import { toValues } from '../../../features/sell/to-values.ts';
import { WithdrawButton } from '../../../features/sell/withdraw-button.tsx';
import { toCard } from '../../../lib/card.ts';
import { newListingPath } from '../../../lib/paths.ts';
import type { Ticket } from '../../../lib/types.ts';
import { tryRead, getPayment, getTicket } from '../../../server/api.ts';
import { requireUser } from '../../../server/session.ts';
import { timeZones } from '../../../server/time-zones.ts';
import { Icon, type IconName } from '../../../ui/icon.tsx';
import { LoadFailed } from '../../../ui/load-failed.tsx';
import { Note } from '../../../ui/note.tsx';
import { TicketCard } from '../../../features/catalog/ticket-card.tsx';
import { getTranslate } from '../../../i18n/server.ts';
import { useTranslate } from '#use-translate';
import { messages } from '../../../i18n/translate.ts';

export const generateMetadata = pageMetadata('Edit listing', { robots: { index: false } });

export default async function EditListingPage({ params }: PageProps<'/sell/[id]'>) {
  const t = await getTranslate();
  const { id } = await params;
  const result = await tryRead(
    requireUser(`/sell/${id}`).then(async (user) => ({ user, ticket: await getTicket(id) })),
  );
  if (!result.ok) {
    return (
      <main id="main" tabIndex={-1} className="wrap">
        <div className="section stack">
          <h1>{t('Edit listing')}</h1>
          <LoadFailed title={t('Your listing did not load')} error={result.error} />
        </div>
      </main>
    );
  }
  const { user, ticket } = result.value;
  if (!ticket) notFound();
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <p className="crumb">
        <Link href="/sell" prefetch={false}>
          <Icon name="back" /> {t('Your listings')}
        </Link>
      </p>
      <div className="section--head">
        <h1 dir="auto">{ticket.title}</h1>
      </div>
      {ticket.userId !== user.id ? (
        <Note icon="lock" title={t('This listing is not yours')}>
          <p>
            {t('You’re signed in as {email}. It may belong to another account of yours.', {
              email: user.email,
            })}
          </p>
          <p className="row">
            <Link className="btn" href={`/tickets/${ticket.id}`} prefetch={false}>
              {t('See the ticket')}
            </Link>
          </p>
        </Note>
      ) : (
        <>
          <LiveRefresh streams={['tickets']} ids={[ticket.id]} />
          <ListingForm
            ticket={{ id: ticket.id, version: ticket.version }}
            values={toValues(ticket)}
            timeZones={timeZones}
            locked={ticket.status !== 'available' && <Locked ticket={ticket} />}
          >
            <NeedsScript />
          </ListingForm>
          {ticket.status === 'available' && <Withdraw ticket={ticket} />}
        </>
      )}
      <div className="section" />
    </main>
  );
}

function Withdraw({ ticket }: { ticket: Ticket }) {
  const t = useTranslate();
  return (
    <section className="rule" aria-labelledby="withdraw">
      <h2 id="withdraw">{t('Withdraw')}</h2>
      <p className="meta gap-b">{t('No one will be able to buy it. You can list it again later.')}</p>
      <WithdrawButton
        id={ticket.id}
        title={ticket.title}
        className="btn btn--stop"
        label={t('Withdraw listing')}
      />
    </section>
  );
}

const REASONS: Record<
  Exclude<Ticket['status'], 'available'>,
  { icon: IconName; title: string; text: string }
> = messages({
  reserved: {
    icon: 'lock',
    title: 'A buyer is paying for this one',
    text: 'You can’t change its price and details until they pay or release it. This page updates by itself, and keeps what you typed.',
  },
  sold: {
    icon: 'tick',
    title: 'Sold',
    text: 'It belongs to the buyer now. You can still add or correct the entry code.',
  },
  withdrawn: { icon: 'info', title: 'Withdrawn', text: 'No one can buy it. You can list it again.' },
});

const TAKEN_DOWN = messages({ icon: 'alert', title: 'Taken down', text: 'No one can buy it.' } as const);

async function Locked({ ticket }: { ticket: Ticket }) {
  const t = await getTranslate();
  if (ticket.status === 'available') return null;
  const isTakenDown = ticket.status === 'withdrawn' && ticket.takenDown !== undefined;
  const { icon, title, text } = isTakenDown ? TAKEN_DOWN : REASONS[ticket.status];
  const isSold = ticket.status === 'sold' && ticket.orderId !== undefined;
  const payment = isSold ? await tryRead(getPayment(ticket.orderId ?? '')) : undefined;
  return (
    <div className="split">
      <div className="stack">
        <Note
          kind={ticket.status === 'reserved' ? 'hold' : 'plain'}
          icon={icon}
          role="status"
          title={t(title)}
        >
          <p>{t(text)}</p>
          {ticket.takenDown && (
            <p dir="auto">{t('We took this listing down: {reason}', { reason: ticket.takenDown.reason })}</p>
          )}
          {payment?.ok && <MoneyBack payment={payment.value} currency={ticket.currency} viewer="seller" />}
          <p className="row">
            {ticket.status === 'sold' && (
              <Link className="btn" href="/sell/sales" prefetch={false}>
                {t('See the sale')}
              </Link>
            )}
            {ticket.status === 'withdrawn' && !isTakenDown && (
              <Link className="btn" href={newListingPath(ticket.id)} prefetch={false}>
                {t('List again')}
              </Link>
            )}
          </p>
        </Note>
        {ticket.status !== 'withdrawn' && (
          <EntryCodeForm id={ticket.id} secret={ticket.secret ?? ''} isSold={ticket.status === 'sold'} />
        )}
      </div>
      <div className="split__side preview">
        <TicketCard card={toCard(t, ticket, ticket.userId)} />
      </div>
    </div>
  );
}
