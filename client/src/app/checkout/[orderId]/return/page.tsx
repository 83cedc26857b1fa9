import { pageMetadata } from '../../../../i18n/page-metadata.ts';
import { Link } from '../../../../ui/link.tsx';
import { redirect } from 'next/navigation';
import { ConfirmPanel } from '../../../../features/checkout/confirm-panel.tsx';
import { OrderSummary } from '../../../../features/checkout/order-summary.tsx';
import { TestBar } from '../../../../features/checkout/test-bar.tsx';
import { loadOrder } from '../../../../features/orders/load-order.ts';
import { OrderLoadFailed } from '../../../../features/orders/order-load-failed.tsx';
import { tryRead, getPayment, getPaymentConfig, getTicket } from '../../../../server/api.ts';
import { getTranslate } from '../../../../i18n/server.ts';

export const generateMetadata = pageMetadata('Your payment', { robots: { index: false } });

export default async function ReturnPage({ params, searchParams }: PageProps<'/checkout/[orderId]/return'>) {
  const t = await getTranslate();
  const [{ orderId }, { redirect_status: redirectStatus }] = await Promise.all([params, searchParams]);
  const hint = redirectStatus === 'succeeded' || redirectStatus === 'failed' ? redirectStatus : undefined;
  const path = `/checkout/${orderId}/return`;
  const loaded = await loadOrder(orderId, path);
  if (!loaded.ok) {
    return (
      <OrderLoadFailed heading={t('Your payment')} email={loaded.email} error={loaded.error} path={path} />
    );
  }
  const { order } = loaded;
  if (order.status === 'complete' || order.status === 'refunded') redirect(t.path(`/orders/${order.id}`));

  const [config, payment, ticket] = await Promise.all([
    tryRead(getPaymentConfig()),
    tryRead(getPayment(order.id)),
    tryRead(getTicket(order.ticket.id)),
  ]);
  const paid = payment.ok ? payment.value : undefined;
  const isOpen = paid?.status === 'open' && (paid.declineCode || hint !== 'succeeded');
  const hasNothingToConfirm = order.status === 'created' && payment.ok && (!paid || isOpen);
  if (hasNothingToConfirm) redirect(t.path(`/checkout/${order.id}`));
  return (
    <>
      {config.ok && config.value.provider === 'emulator' && <TestBar />}
      <main id="main" tabIndex={-1} className="wrap">
        <div className="section section--head">
          <h1>{t('Your payment')}</h1>
        </div>
        <div className="split section--tight">
          <div className="stack">
            <ConfirmPanel initial={order} initialPayment={paid} hint={hint} />
            <noscript>
              <p className="meta">{t('Load this page again to see what has changed.')}</p>
            </noscript>
            <p>
              <Link className="tap" href={`/orders/${order.id}`} prefetch={false}>
                {t('See the order')}
              </Link>
            </p>
          </div>
          <OrderSummary ticket={order.ticket} listing={ticket.ok ? ticket.value : undefined} />
        </div>
        <div className="section" />
      </main>
    </>
  );
}
