import type { Metadata } from 'next';
import Link from 'next/link';
import { AuditList } from '../../features/admin/audit-list.tsx';
import { ConsoleSection } from '../../features/admin/console-page.tsx';
import { Loaded } from '../../features/admin/loaded.tsx';
import { ReportList } from '../../features/admin/report-list.tsx';
import { TimelineLink } from '../../features/admin/timeline-link.tsx';
import { findAccounts, findListing, findOrder, listAudit, listReports } from '../../server/admin.ts';
import { tryRead } from '../../server/api.ts';
import { requireOperator } from '../../server/session.ts';
import { Field } from '../../ui/field.tsx';

export const metadata: Metadata = { title: 'Console', robots: { index: false } };

export default async function ConsolePage({ searchParams }: PageProps<'/admin'>) {
  await requireOperator();
  const { q } = await searchParams;
  const query = typeof q === 'string' ? q.trim() : '';
  const [reports, entries] = await Promise.all([
    tryRead(listReports({ status: 'open' })),
    tryRead(listAudit()),
  ]);
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section--head">
        <h1>Console</h1>
        <p className="lead">Every action needs a reason and stays in the audit log.</p>
      </div>
      <form className="row items-end" role="search" method="get" action="/admin">
        <Field
          id="q"
          type="search"
          label="Find an account, a listing or an order"
          hint="An e-mail address, an id, or a PaymentIntent (pi_…)"
          defaultValue={query}
          maxLength={254}
          required
        />
        <button className="btn btn--main" type="submit">
          Find
        </button>
      </form>
      <p>
        <Link href="/admin/dead-letters" prefetch={false}>
          Dead letters
        </Link>{' '}
        ·{' '}
        <Link href="/admin/money" prefetch={false}>
          Money
        </Link>{' '}
        ·{' '}
        <Link href="/admin/limits" prefetch={false}>
          Limits
        </Link>
      </p>
      {query !== '' && <Found query={query} />}
      <ConsoleSection id="reports" title="Open reports">
        <Loaded result={reports}>{(found) => <ReportList reports={found} />}</Loaded>
      </ConsoleSection>
      <ConsoleSection id="audit" title="Latest actions">
        <Loaded result={entries}>{(found) => <AuditList entries={found} />}</Loaded>
      </ConsoleSection>
    </main>
  );
}

async function Found({ query }: { query: string }) {
  const [accounts, listing, order] = await Promise.all([
    tryRead(findAccounts(query)),
    tryRead(findListing(query)),
    tryRead(findOrder(query)),
  ]);
  const isIntent = /^pi_\w+$/.test(query);
  const isEmpty =
    !isIntent &&
    accounts.ok &&
    accounts.value.length === 0 &&
    listing.ok &&
    !listing.value &&
    order.ok &&
    !order.value;
  return (
    <ConsoleSection id="found" title="Found">
      {isEmpty && <p className="meta">No account, listing or order matches.</p>}
      {isIntent && <TimelineLink kind="payment" id={query} />}
      <Loaded result={accounts}>
        {(found) =>
          found.map(({ id, email, suspendedAt }) => (
            <p key={id}>
              <Link href={`/admin/accounts/${id}`} prefetch={false}>
                {email}
              </Link>{' '}
              <span className="meta">account{suspendedAt && ', suspended'}</span>
            </p>
          ))
        }
      </Loaded>
      <Loaded result={listing}>
        {(found) =>
          found && (
            <p>
              <Link href={`/admin/listings/${found.id}`} prefetch={false} dir="auto">
                {found.title}
              </Link>{' '}
              <span className="meta">listing, {found.status}</span>
            </p>
          )
        }
      </Loaded>
      <Loaded result={order}>
        {(found) =>
          found && (
            <p>
              <Link href={`/admin/orders/${found.id}`} prefetch={false} dir="auto">
                {found.ticket.title}
              </Link>{' '}
              <span className="meta">order, {found.status}</span>
            </p>
          )
        }
      </Loaded>
    </ConsoleSection>
  );
}
