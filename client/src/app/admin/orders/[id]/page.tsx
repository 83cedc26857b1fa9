import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { AccountLink } from '../../../../features/admin/account-link.tsx';
import { ConsolePage, ConsoleSection } from '../../../../features/admin/console-page.tsx';
import { Facts } from '../../../../features/admin/facts.tsx';
import { Loaded } from '../../../../features/admin/loaded.tsx';
import { TimelineLink } from '../../../../features/admin/timeline-link.tsx';
import { When } from '../../../../features/admin/when.tsx';
import { formatMoney } from '../../../../lib/money.ts';
import type { Order } from '../../../../lib/types.ts';
import { findOrder } from '../../../../server/admin.ts';
import { tryRead } from '../../../../server/api.ts';
import { requireOperator } from '../../../../server/session.ts';
import { english } from '../../../../i18n/translate.ts';

export const metadata: Metadata = { title: 'Order · Console', robots: { index: false } };

export default async function OrderPage({ params }: PageProps<'/admin/orders/[id]'>) {
  await requireOperator();
  const { id } = await params;
  const order = await tryRead(findOrder(id));
  if (order.ok && !order.value) notFound();
  return (
    <ConsolePage>
      <Loaded result={order} title="This order did not load">
        {(found) => found && <OrderFacts order={found} />}
      </Loaded>
    </ConsolePage>
  );
}

function OrderFacts({ order }: { order: Order }) {
  const { id, ticket, payment, history } = order;
  const money = (amount: number) => formatMoney(english, amount, ticket.currency);
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
          [
            'Payment',
            payment && (
              <Link href={`/admin/timelines/payment/${id}`} prefetch={false}>
                {payment.status}
              </Link>
            ),
          ],
          ['Returned', payment?.refundedAmount === undefined ? undefined : money(payment.refundedAmount)],
          ['Dispute', payment?.dispute?.status],
          ['Expires', <When key="expires" iso={order.expiresAt} />],
          ['Version', order.version],
        ]}
      />
      <TimelineLink kind="order" id={id} />
      <ConsoleSection id="history" title="History">
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
      </ConsoleSection>
    </>
  );
}
