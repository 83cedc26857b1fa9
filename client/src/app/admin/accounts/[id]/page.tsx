import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { ActionForm } from '../../../../features/admin/action-form.tsx';
import { AuditList } from '../../../../features/admin/audit-list.tsx';
import { Facts } from '../../../../features/admin/facts.tsx';
import { Loaded } from '../../../../features/admin/loaded.tsx';
import { ResultNote } from '../../../../features/admin/result-note.tsx';
import type { Account } from '../../../../lib/types.ts';
import { getAccount, listAudit, listSellerListings } from '../../../../server/admin.ts';
import { tryRead } from '../../../../server/api.ts';
import { requireOperator } from '../../../../server/session.ts';
import { Icon } from '../../../../ui/icon.tsx';
import { LoadFailed } from '../../../../ui/load-failed.tsx';
import { When } from '../../../../features/admin/when.tsx';

export const metadata: Metadata = { title: 'Account · Console', robots: { index: false } };

export default async function AccountPage({ params, searchParams }: PageProps<'/admin/accounts/[id]'>) {
  await requireOperator();
  const [{ id }, { done, problem }] = await Promise.all([params, searchParams]);
  const [account, listings, entries] = await Promise.all([
    tryRead(getAccount(id)),
    tryRead(listSellerListings(id)),
    tryRead(listAudit(id)),
  ]);
  if (account.ok && !account.value) notFound();
  return (
    <main id="main" tabIndex={-1} className="wrap stack">
      <p className="crumb">
        <Link href="/admin" prefetch={false}>
          <Icon name="back" /> Console
        </Link>
      </p>
      <ResultNote done={done} problem={problem} />
      {account.ok && account.value ? (
        <AccountFacts account={account.value} />
      ) : (
        !account.ok && <LoadFailed title="This account did not load" error={account.error} />
      )}
      <section className="section--tight" aria-labelledby="listings">
        <h2 id="listings" className="gap-b">
          Listings
        </h2>
        <Loaded result={listings}>
          {(found) =>
            found.length === 0 ? (
              <p className="meta">This account has no listing.</p>
            ) : (
              <ul className="stack">
                {found.map(({ id: ticketId, title, status, takenDown }) => (
                  <li key={ticketId}>
                    <Link href={`/admin/listings/${ticketId}`} prefetch={false} dir="auto">
                      {title}
                    </Link>{' '}
                    <span className="meta">
                      {status}
                      {takenDown && ', taken down'}
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      <section className="section--tight" aria-labelledby="audit">
        <h2 id="audit" className="gap-b">
          Actions
        </h2>
        <Loaded result={entries}>{(found) => <AuditList entries={found} />}</Loaded>
      </section>
    </main>
  );
}

function AccountFacts({ account }: { account: Account }) {
  const { id, email, role, suspendedAt, suspensionReason, sessionsEndedAt, selling, createdAt, version } =
    account;
  const back = `/admin/accounts/${id}`;
  const { refunds, limit, days } = selling;
  return (
    <div className="split">
      <div className="stack">
        <h1>{email}</h1>
        <Facts
          facts={[
            [
              'Id',
              <span key="id" className="ref">
                {id}
              </span>,
            ],
            ['Created', <When key="created" iso={createdAt} />],
            ['Role', role],
            ['Suspended', suspendedAt && <When iso={suspendedAt} />],
            ['Reason', suspensionReason],
            ['All sessions ended', sessionsEndedAt && <When iso={sessionsEndedAt} />],
            [
              'Refunded sales',
              `${refunds} of ${limit} in ${days} days${selling.suspended ? ', selling suspended' : ''}`,
            ],
            ['Version', version],
          ]}
        />
      </div>
      <div className="panel stack stack--wide">
        {suspendedAt ? (
          <ActionForm action="restore-account" id={id} back={back} label="Restore the account" />
        ) : (
          <ActionForm action="suspend-account" id={id} back={back} label="Suspend the account" isGrave />
        )}
        {selling.suspended && (
          <ActionForm action="restore-selling" id={id} back={back} label="Let the seller list again" />
        )}
      </div>
    </div>
  );
}
