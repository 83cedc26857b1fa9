import type { Metadata } from 'next';
import Link from 'next/link';
import { Amounts } from '../../../features/checkout/order-summary.tsx';
import { moneyWords } from '../../../features/checkout/money-words.ts';
import { TestBar } from '../../../features/checkout/test-bar.tsx';
import { LiveRefresh } from '../../../features/orders/live-refresh.tsx';
import { loadOrder } from '../../../features/orders/load-order.ts';
import { OrderTrouble } from '../../../features/orders/order-trouble.tsx';
import { PrintButton } from '../../../features/orders/print-button.tsx';
import { ledgerWords, orderStatus } from '../../../features/orders/words.ts';
import { placeOf } from '../../../lib/card.ts';
import { money } from '../../../lib/money.ts';
import { clockTime, eventDay, shortDay, zoneName } from '../../../lib/time.ts';
import type { Order, Payment } from '../../../lib/types.ts';
import { attempt, getPayment, getPaymentConfig, getTicket } from '../../../server/api.ts';
import { Icon } from '../../../ui/icon.tsx';
import { LocalTime } from '../../../ui/local-time.tsx';
import { Note } from '../../../ui/note.tsx';
import { PosterImage } from '../../../ui/poster-image.tsx';
import { Status } from '../../../ui/status.tsx';

export const metadata: Metadata = { title: 'Your order', robots: { index: false } };

export default async function OrderPage({ params }: PageProps<'/orders/[id]'>) {
  const { id } = await params;
  const path = `/orders/${id}`;
  const loaded = await loadOrder(id, path);
  if (!loaded.ok)
    return <OrderTrouble heading="Your order" email={loaded.email} error={loaded.error} path={path} />;
  const { order } = loaded;
  const [ticketRead, paymentRead, config] = await Promise.all([
    attempt(getTicket(order.ticket.id)),
    attempt(getPayment(order.id)),
    attempt(getPaymentConfig()),
  ]);
  const ticket = ticketRead.ok ? ticketRead.value : undefined;
  const payment = paymentRead.ok ? paymentRead.value : undefined;
  const isTest = config.ok && config.value.provider === 'emulator';
  const isYours = order.status === 'complete';
  return (
    <>
      {isTest && <TestBar />}
      <main id="main" tabIndex={-1} className="wrap">
        <LiveRefresh streams={['orders']} ids={[order.id]} />
        <p className="crumb">
          <Link href="/orders" prefetch={false}>
            <Icon name="back" /> Orders
          </Link>
        </p>
        <div className="row row--apart gap-b">
          <h1>{isYours ? 'Your ticket' : 'Your order'}</h1>
          <p className="meta">
            Order <span className="ref">{order.id.slice(-8)}</span>
          </p>
        </div>
        <div className="gap-b">
          <StateNote order={order} payment={payment} />
        </div>
        <Admission order={order} category={ticket?.category} secret={isYours ? ticket?.secret : undefined} />
        <div className="row section section--tight">
          {isYours && <PrintButton />}
          <Link className="btn btn--quiet btn--flush" href={`/tickets/${order.ticket.id}`} prefetch={false}>
            See the listing
          </Link>
        </div>
        <div className="split">
          <Ledger order={order} />
          <aside className="split__side panel" aria-labelledby="receipt">
            <h2 id="receipt" className="gap-b">
              {isYours ? 'Receipt' : 'Amounts'}
            </h2>
            {isTest && <p className="small gap-b">Test mode: not a receipt for money.</p>}
            <Amounts
              ticket={order.ticket}
              faceValue={ticket?.faceValue}
              total={isYours ? 'You paid' : 'Price'}
            />
            {payment && isYours && (
              <p className="small gap-t">
                Payment <span className="ref">{payment.id}</span>
              </p>
            )}
          </aside>
        </div>
        <div className="section" />
      </main>
    </>
  );
}

function StateNote({ order, payment }: { order: Order; payment: Payment | undefined }) {
  const amount = money(order.ticket.price, order.ticket.currency);
  switch (order.status) {
    case 'complete':
      return (
        <Note kind="free" icon="tick" role="status" title="The ticket is yours">
          <p>Charged once, {amount}.</p>
        </Note>
      );
    case 'created':
      return payment?.status === 'requires_action' ? (
        <Note kind="mine" icon="lock" role="status" title="Waiting for your bank">
          <p>You were not charged yet. Continue where you left off.</p>
          <p className="row">
            <a className="btn btn--main" href={payment.nextActionUrl ?? `/checkout/${order.id}`}>
              Continue at your bank
            </a>
          </p>
        </Note>
      ) : (
        <Note kind="hold" icon="clock" role="status" title="Held for you">
          <p>
            Until <LocalTime iso={order.expiresAt} />.{' '}
            {payment?.declineCode
              ? 'The last payment was declined; you were not charged.'
              : 'You were not charged.'}
          </p>
          <p className="row">
            <a className="btn btn--main" href={`/checkout/${order.id}`}>
              Pay {amount}
            </a>
          </p>
        </Note>
      );
    case 'awaiting:payment':
      return (
        <Note kind="mine" icon="clock" role="status" title="Confirming with the bank">
          <p>Do not pay again. This page changes by itself.</p>
        </Note>
      );
    case 'refunded':
      return (
        <Note icon="info" role="status" title="Refunded">
          <p>The seller gave your {amount} back. Banks show it within a few days.</p>
        </Note>
      );
    case 'cancelled':
      return (
        <Note kind="hold" icon="clock" role="status" title={orderStatus(order).word}>
          <p>{moneyWords(order, payment)}</p>
          <p className="row">
            <Link className="btn" href={`/tickets/${order.ticket.id}`} prefetch={false}>
              See whether it is free
            </Link>
          </p>
        </Note>
      );
  }
}

function Admission({
  order,
  category,
  secret,
}: {
  order: Order;
  category: string | undefined;
  secret: string | undefined;
}) {
  const { ticket } = order;
  const { kind, word } = orderStatus(order);
  return (
    <article className={order.status === 'complete' ? 'admit' : 'admit admit--plain'} aria-label="Ticket">
      <div className="admit__main">
        <PosterImage id={ticket.id} category={category} />
        <div className="admit__text">
          <p>
            <Status kind={kind}>{word}</Status>
          </p>
          <h2 className="huge">{ticket.title}</h2>
          <dl className="admit__grid">
            <div>
              <dt>Date</dt>
              <dd>
                {ticket.startsAt ? (
                  <time dateTime={ticket.startsAt}>{eventDay(ticket.startsAt, ticket.timeZone)}</time>
                ) : (
                  'Not given'
                )}
              </dd>
            </div>
            <div>
              <dt>Starts</dt>
              <dd>
                {ticket.startsAt ? (
                  <>
                    {clockTime(ticket.startsAt, ticket.timeZone)}{' '}
                    <span className="small">{zoneName(ticket.timeZone)}</span>
                  </>
                ) : (
                  'Not given'
                )}
              </dd>
            </div>
            <div>
              <dt>Place</dt>
              <dd>{placeOf(ticket)}</dd>
            </div>
            <div>
              <dt>Seat</dt>
              <dd>{ticket.seat ?? 'Not given'}</dd>
            </div>
          </dl>
        </div>
      </div>
      {order.status === 'complete' && (
        <div className="admit__code">
          <h3>Code for the door</h3>
          {secret ? (
            <p className="admit__secret">
              {/^https?:\/\/\S+$/.test(secret) ? (
                <a href={secret} rel="noopener noreferrer nofollow">
                  {secret}
                </a>
              ) : (
                secret
              )}
            </p>
          ) : (
            <p className="small center">The seller gave no code with this listing.</p>
          )}
        </div>
      )}
    </article>
  );
}

function Ledger({ order }: { order: Order }) {
  const { startsAt, timeZone } = order.ticket;
  return (
    <section aria-labelledby="ledger">
      <h2 id="ledger" className="gap-b">
        What happened
      </h2>
      <ol className="ledger">
        {order.history.map((entry) => (
          <li key={`${entry.at}${entry.event}`}>
            <b>{ledgerWords(entry)}</b>
            <LocalTime iso={entry.at} withSeconds />
          </li>
        ))}
        {order.status === 'complete' && startsAt && (
          <li className="is-next">
            <b>The show</b>
            <time dateTime={startsAt}>{shortDay(startsAt, timeZone)}</time>
          </li>
        )}
      </ol>
    </section>
  );
}
