import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { Link } from '../../../ui/link.tsx';
import { TestBar } from '../../../features/checkout/test-bar.tsx';
import { AdmissionTicket } from '../../../features/orders/admission-ticket.tsx';
import { LiveRefresh } from '../../../features/orders/live-refresh.tsx';
import { loadOrder } from '../../../features/orders/load-order.ts';
import { OrderHistory } from '../../../features/orders/order-history.tsx';
import { OrderStateNote } from '../../../features/orders/order-state-note.tsx';
import { OrderLoadFailed } from '../../../features/orders/order-load-failed.tsx';
import { PrintButton } from '../../../features/orders/print-button.tsx';
import { Receipt } from '../../../features/orders/receipt.tsx';
import { tryRead, getPayment, getPaymentConfig, getTicket } from '../../../server/api.ts';
import { Icon } from '../../../ui/icon.tsx';
import { getTranslate } from '../../../i18n/server.ts';
import { reference } from '../../../ui/reference.tsx';

export const generateMetadata = pageMetadata('Your order', { robots: { index: false } });

export default async function OrderPage({ params }: PageProps<'/orders/[id]'>) {
  const t = await getTranslate();
  const { id } = await params;
  const path = `/orders/${id}`;
  const loaded = await loadOrder(id, path);
  if (!loaded.ok)
    return (
      <OrderLoadFailed heading={t('Your order')} email={loaded.email} error={loaded.error} path={path} />
    );
  const { order } = loaded;
  const [ticketRead, paymentRead, config] = await Promise.all([
    tryRead(getTicket(order.ticket.id)),
    tryRead(getPayment(order.id)),
    tryRead(getPaymentConfig()),
  ]);
  const ticket = ticketRead.ok ? ticketRead.value : undefined;
  const payment = paymentRead.ok ? paymentRead.value : undefined;
  const isTest = config.ok && config.value.provider === 'emulator';
  const isYours = order.status === 'complete';
  return (
    <>
      {isTest && <TestBar />}
      <main id="main" tabIndex={-1} className="wrap">
        <LiveRefresh streams={['orders', 'tickets']} ids={[order.id, order.ticket.id]} />
        <p className="crumb">
          <Link href="/orders" prefetch={false}>
            <Icon name="back" /> {t('Orders')}
          </Link>
        </p>
        <div className="row row--apart gap-b">
          <h1>{isYours ? t('Your ticket') : t('Your order')}</h1>
          <p className="meta">
            {t.rich('Order <ref>{id}</ref>', { id: order.id.slice(-8), ref: reference })}
          </p>
        </div>
        <div className="gap-b">
          <OrderStateNote order={order} payment={payment} />
        </div>
        <AdmissionTicket order={order} listing={ticket} secret={isYours ? ticket?.secret : undefined} />
        <div className="row section section--tight">
          {isYours && <PrintButton />}
          {isYours && order.ticket.startsAt && (
            <a className="btn btn--quiet btn--flush" href={`/orders/${order.id}/calendar.ics`} download>
              {t('Add to calendar')}
            </a>
          )}
          <Link className="btn btn--quiet btn--flush" href={`/tickets/${order.ticket.id}`} prefetch={false}>
            {t('See the listing')}
          </Link>
          {isYours && (
            <Link className="btn btn--quiet btn--flush" href="/protection#not-working" prefetch={false}>
              {t('If it doesn’t work')}
            </Link>
          )}
        </div>
        <div className="split">
          <OrderHistory order={order} />
          <Receipt order={order} faceValue={ticket?.faceValue} payment={payment} isTest={isTest} />
        </div>
        <div className="section" />
      </main>
    </>
  );
}
