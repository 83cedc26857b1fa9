import type { Metadata } from 'next';
import Link from 'next/link';
import { ConsolePage, ConsoleSection } from '../../../features/admin/console-page.tsx';
import { Facts } from '../../../features/admin/facts.tsx';
import { Loaded } from '../../../features/admin/loaded.tsx';
import { When } from '../../../features/admin/when.tsx';
import type { Reconciliation } from '../../../lib/types.ts';
import { getReconciliation } from '../../../server/admin.ts';
import { tryRead } from '../../../server/api.ts';
import { requireOperator } from '../../../server/session.ts';

export const metadata: Metadata = { title: 'Money · Console', robots: { index: false } };

export default async function MoneyPage() {
  await requireOperator();
  const last = await tryRead(getReconciliation());
  return (
    <ConsolePage>
      <h1>Money</h1>
      <p className="lead">The last comparison of Stripe, payments and orders, about once an hour.</p>
      <Loaded result={last}>{(found) => <LastReconciliation {...found} />}</Loaded>
    </ConsolePage>
  );
}

function LastReconciliation({ succeededAt, failedAt, error, count, differences }: Reconciliation) {
  return (
    <>
      <Facts
        facts={[
          ['Last success', succeededAt ? <When iso={succeededAt} /> : 'none yet'],
          ['Failed after that', failedAt && <When iso={failedAt} />],
          ['Error', error],
        ]}
      />
      <ConsoleSection id="differences" title="Differences">
        {count === 0 && <p className="meta">There is none.</p>}
        {count > differences.length && (
          <p className="meta">
            The first {differences.length} of {count}.
          </p>
        )}
        <ul className="stack">
          {differences.map((difference, i) => (
            <li key={i}>
              <DifferenceLine {...difference} />
            </li>
          ))}
        </ul>
      </ConsoleSection>
    </>
  );
}

function DifferenceLine({ what, orderId, intentId }: Reconciliation['differences'][number]) {
  return (
    <>
      <p>{what}</p>
      <p className="small">
        {orderId && (
          <Link className="ref" href={`/admin/orders/${orderId}`} prefetch={false}>
            order {orderId}
          </Link>
        )}{' '}
        {intentId && (
          <Link className="ref" href={`/admin/timelines/payment/${intentId}`} prefetch={false}>
            payment {intentId}
          </Link>
        )}
      </p>
    </>
  );
}
