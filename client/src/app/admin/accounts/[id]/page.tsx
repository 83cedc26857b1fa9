import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { ActionForm } from '../../../../features/admin/action-form.tsx';
import { AuditList } from '../../../../features/admin/audit-list.tsx';
import { ConsolePage, ConsoleSection } from '../../../../features/admin/console-page.tsx';
import { Facts } from '../../../../features/admin/facts.tsx';
import { Loaded } from '../../../../features/admin/loaded.tsx';
import { ResultNote } from '../../../../features/admin/result-note.tsx';
import { TimelineLink } from '../../../../features/admin/timeline-link.tsx';
import { When } from '../../../../features/admin/when.tsx';
import type { Account } from '../../../../lib/types.ts';
import { getAccount, listAudit, listSellerListings } from '../../../../server/admin.ts';
import { tryRead } from '../../../../server/api.ts';
import { requireOperator } from '../../../../server/session.ts';

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
    <ConsolePage>
      <ResultNote done={done} problem={problem} />
      <Loaded result={account} title="This account did not load">
        {(found) => found && <AccountFacts account={found} />}
      </Loaded>
      <ConsoleSection id="listings" title="Listings">
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
      </ConsoleSection>
      <ConsoleSection id="audit" title="Actions">
        <Loaded result={entries}>{(found) => <AuditList entries={found} />}</Loaded>
      </ConsoleSection>
    </ConsolePage>
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
        <TimelineLink kind="user" id={id} />
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
