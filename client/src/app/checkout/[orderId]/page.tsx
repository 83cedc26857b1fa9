import type { Metadata } from 'next';
import { Link } from '../../../ui/link.tsx';
import { redirect } from 'next/navigation';
import { Similar } from '../../../features/catalog/similar.tsx';
import { CheckoutPanel } from '../../../features/checkout/checkout-panel.tsx';
import { OrderSummary } from '../../../features/checkout/order-summary.tsx';
import { TestBar } from '../../../features/checkout/test-bar.tsx';
import { loadOrder } from '../../../features/orders/load-order.ts';
import { OrderLoadFailed } from '../../../features/orders/order-load-failed.tsx';
import { formatMoney } from '../../../lib/money.ts';
import { tryRead, getPayment, getPaymentConfig, getTicket } from '../../../server/api.ts';
import { Icon } from '../../../ui/icon.tsx';
import { getTranslate } from '../../../i18n/server.ts';

type Props = PageProps<'/checkout/[orderId]'>;

export async function generateMetadata(): Promise<Metadata> {
  const [t, config] = await Promise.all([getTranslate(), tryRead(getPaymentConfig())]);
  const isTest = config.ok && config.value.provider === 'emulator';
  return { title: `${isTest ? '[TEST] ' : ''}${t('Pay for your ticket')}`, robots: { index: false } };
}

const CONFIRMING = new Set(['pending', 'authorized', 'capturing']);

export default async function CheckoutPage({ params }: Props) {
  const t = await getTranslate();
  const { orderId } = await params;
  const path = `/checkout/${orderId}`;
  const loaded = await loadOrder(orderId, path);
  if (!loaded.ok) {
    return (
      <OrderLoadFailed
        heading={t('Pay for your ticket')}
        email={loaded.email}
        error={loaded.error}
        path={path}
      />
    );
  }
  const { order } = loaded;
  if (order.status === 'complete' || order.status === 'refunded') redirect(t.path(`/orders/${order.id}`));
  if (order.status === 'awaiting:payment') redirect(t.path(`${path}/return`));

  const [config, payment, ticket] = await Promise.all([
    tryRead(getPaymentConfig()),
    tryRead(getPayment(order.id)),
    tryRead(getTicket(order.ticket.id)),
  ]);
  const paid = payment.ok ? payment.value : undefined;
  if (order.status === 'created' && paid && CONFIRMING.has(paid.status)) redirect(t.path(`${path}/return`));

  const isOver = order.status === 'cancelled';
  const category = ticket.ok ? ticket.value?.category : undefined;
  return (
    <>
      {config.ok && config.value.provider === 'emulator' && <TestBar />}
      <main id="main" tabIndex={-1} className="wrap">
        <p className="crumb">
          <Link href={`/tickets/${order.ticket.id}`} prefetch={false}>
            <Icon name="back" /> {t('Back to the ticket')}
          </Link>
        </p>
        <h1>{isOver ? t('This order has ended') : t('Pay for your ticket')}</h1>
        <p className="narrow row row--apart orderline">
          <b dir="auto">{order.ticket.title}</b>
          <span>{formatMoney(t, order.ticket.price, order.ticket.currency)}</span>
        </p>
        <div className="split section section--tight">
          <CheckoutPanel initial={order} payment={paid} config={config.ok ? config.value : undefined} />
          <OrderSummary ticket={order.ticket} listing={ticket.ok ? ticket.value : undefined} />
        </div>
        {isOver && <Similar category={category} except={order.ticket.id} />}
      </main>
    </>
  );
}
