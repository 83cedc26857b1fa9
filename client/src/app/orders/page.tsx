import { pageMetadata } from '../../i18n/page-metadata.ts';
import { Link } from '../../ui/link.tsx';
import { LiveRefresh } from '../../features/orders/live-refresh.tsx';
import { orderStatus } from '../../features/orders/order-text.ts';
import { formatVenue, formatStart } from '../../lib/card.ts';
import { formatMoney } from '../../lib/money.ts';
import type { Order } from '../../lib/types.ts';
import { tryRead, listOrders } from '../../server/api.ts';
import { requireUser } from '../../server/session.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LoadFailed } from '../../ui/load-failed.tsx';
import { LocalTime } from '../../ui/local-time.tsx';
import { PosterImage } from '../../ui/poster-image.tsx';
import { Status } from '../../ui/status.tsx';
import { useTranslate } from '#use-translate';
import { getTranslate } from '../../i18n/server.ts';
import { messages } from '../../i18n/translate.ts';

export const generateMetadata = pageMetadata('Orders', { robots: { index: false } });

const TABS = messages({
  all: { label: 'All', statuses: ['created', 'awaiting:payment', 'complete', 'cancelled', 'refunded'] },
  active: { label: 'Active', statuses: ['created', 'awaiting:payment'] },
  paid: { label: 'Paid', statuses: ['complete'] },
  ended: { label: 'Ended', statuses: ['cancelled', 'refunded'] },
} as const);
type Tab = keyof typeof TABS;

function inTab(tab: Tab) {
  return (order: Order) => (TABS[tab].statuses as readonly string[]).includes(order.status);
}

export default async function OrdersPage({ searchParams }: PageProps<'/orders'>) {
  const t = await getTranslate();
  const { tab: requestedTab, cursor } = await searchParams;
  const tab: Tab =
    typeof requestedTab === 'string' && Object.hasOwn(TABS, requestedTab) ? (requestedTab as Tab) : 'all';
  const query = new URLSearchParams({ limit: '100', ...(typeof cursor === 'string' && { cursor }) });
  const result = await tryRead(requireUser('/orders').then(() => listOrders(query)));
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section section--head">
        <h1>{t('Orders')}</h1>
      </div>
      {result.ok ? (
        <>
          <LiveRefresh streams={['orders']} />
          <nav className="tabs gap-b" aria-label={t('Orders by state')}>
            {(Object.keys(TABS) as Tab[]).map((name) => (
              <Link
                key={name}
                href={name === 'all' ? '/orders' : `/orders?tab=${name}`}
                prefetch={false}
                aria-current={name === tab ? 'page' : undefined}
              >
                {t(TABS[name].label)}{' '}
                <span className="count">{result.value.items.filter(inTab(name)).length}</span>
              </Link>
            ))}
          </nav>
          <OrderList orders={result.value.items.filter(inTab(tab))} tab={tab} />
          {result.value.next && (
            <nav className="pages" aria-label={t('Pages')}>
              <Link
                href={`/orders?${new URLSearchParams({ tab, cursor: result.value.next })}`}
                prefetch={false}
              >
                {t('Older')}
              </Link>
            </nav>
          )}
        </>
      ) : (
        <LoadFailed title={t('Your orders did not load')} error={result.error} />
      )}
      <div className="section" />
    </main>
  );
}

function OrderList({ orders, tab }: { orders: Order[]; tab: Tab }) {
  const t = useTranslate();
  if (orders.length === 0) {
    return (
      <EmptyState
        title={
          tab === 'all'
            ? t('No orders yet')
            : t('{tab, select, active {No active orders} paid {No paid orders} other {No ended orders}}', {
                tab,
              })
        }
      >
        <p>{t('Tickets you reserve or buy appear here.')}</p>
        <Link className="btn btn--main" href="/tickets" prefetch={false}>
          {t('Browse tickets')}
        </Link>
      </EmptyState>
    );
  }
  return (
    <ul className="orders" aria-label={t('Your orders')}>
      {orders.map((order) => (
        <OrderRow key={order.id} order={order} />
      ))}
    </ul>
  );
}

function OrderRow({ order }: { order: Order }) {
  const t = useTranslate();
  const { kind, label } = orderStatus(t, order);
  const isPayable = order.status === 'created';
  return (
    <li className="orders__row">
      <PosterImage id={order.ticket.id} size="thumb" />
      <div>
        <h2 dir="auto">
          <Link href={`/orders/${order.id}`} prefetch={false}>
            {order.ticket.title}
          </Link>
        </h2>
        <p className="meta">
          {formatStart(t, order.ticket)}, <span dir="auto">{formatVenue(t, order.ticket)}</span>
        </p>
      </div>
      <p>
        <Status kind={kind}>{label}</Status>
        <br />
        <span className="small">
          {isPayable ? (
            t.rich('until {time}', { time: <LocalTime iso={order.expiresAt} /> })
          ) : (
            <LocalTime iso={order.createdAt} withDay />
          )}
        </span>
      </p>
      <p className="orders__price">{formatMoney(t, order.ticket.price, order.ticket.currency)}</p>
      {isPayable && (
        <a
          className="btn btn--main"
          href={t.path(`/checkout/${order.id}`)}
          aria-label={t('Pay for {title}', { title: order.ticket.title })}
        >
          {t('Pay')}
        </a>
      )}
    </li>
  );
}
