import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { AccountLink } from '../../../../features/admin/account-link.tsx';
import { Facts } from '../../../../features/admin/facts.tsx';
import { When } from '../../../../features/admin/when.tsx';
import { formatMoney } from '../../../../lib/money.ts';
import type { Order } from '../../../../lib/types.ts';
import { findOrder } from '../../../../server/admin.ts';
import { tryRead } from '../../../../server/api.ts';
import { requireOperator } from '../../../../server/session.ts';
import { Icon } from '../../../../ui/icon.tsx';
import { LoadFailed } from '../../../../ui/load-failed.tsx';

export const metadata: Metadata = { title: 'Order · Console', robots: { index: false } };

export default async function OrderPage({ params }: PageProps<'/admin/orders/[id]'>) {
  await requireOperator();
  const { id } = await params;
  const order = await tryRead(findOrder(id));
  if (order.ok && !order.value) notFound();
  return (
    <main id="main" tabIndex={-1} className="wrap stack">
      <p className="crumb">
        <Link href="/admin" prefetch={false}>
          <Icon name="back" /> Console
        </Link>
      </p>
      {order.ok && order.value ? (
        <OrderFacts order={order.value} />
      ) : (
        !order.ok && <LoadFailed title="This order did not load" error={order.error} />
      )}
    </main>
  );
}

function OrderFacts({ order }: { order: Order }) {
  const { id, ticket, payment, history } = order;
  const money = (amount: number) => formatMoney(amount, ticket.currency);
  const outcome = order.reason ? `${order.status} (${order.reason})` : order.status;
  return (
    <>
      <h1>
        Order <span className="ref">{id}</span>
      </h1>
      <Facts
        facts={[
          ['Status', outcome],
          [
            'Listing',
            <Link key="listing" href={`/admin/listings/${ticket.id}`} prefetch={false}>
              {ticket.title}
            </Link>,
          ],
          ['Price', money(ticket.price)],
          ['Buyer', <AccountLink key="buyer" id={order.userId} />],
          ['Seller', <AccountLink key="seller" id={ticket.sellerId} />],
          ['Payment', payment?.status],
          ['Returned', payment?.refundedAmount === undefined ? undefined : money(payment.refundedAmount)],
          ['Dispute', payment?.dispute?.status],
          ['Expires', <When key="expires" iso={order.expiresAt} />],
          ['Version', order.version],
        ]}
      />
      <section className="section--tight" aria-labelledby="history">
        <h2 id="history" className="gap-b">
          History
        </h2>
        <ol className="stack">
          {history.map(({ at, status, event, reason }) => (
            <li key={`${at}${event}`}>
              <p>
                {status}
                {reason && ` (${reason})`}
              </p>
              <p className="small">
                <When iso={at} /> · by <span className="ref">{event}</span>
              </p>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}
