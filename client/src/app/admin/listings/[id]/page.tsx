import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { AccountLink } from '../../../../features/admin/account-link.tsx';
import { ActionForm } from '../../../../features/admin/action-form.tsx';
import { AuditList } from '../../../../features/admin/audit-list.tsx';
import { ConsolePage, ConsoleSection } from '../../../../features/admin/console-page.tsx';
import { Facts } from '../../../../features/admin/facts.tsx';
import { Loaded } from '../../../../features/admin/loaded.tsx';
import { ReportList } from '../../../../features/admin/report-list.tsx';
import { ResultNote } from '../../../../features/admin/result-note.tsx';
import { TimelineLink } from '../../../../features/admin/timeline-link.tsx';
import { When } from '../../../../features/admin/when.tsx';
import { formatMoney } from '../../../../lib/money.ts';
import type { AdminListing } from '../../../../lib/types.ts';
import { findListing, listAudit, listReports } from '../../../../server/admin.ts';
import { tryRead } from '../../../../server/api.ts';
import { requireOperator } from '../../../../server/session.ts';
import { english } from '../../../../i18n/translate.ts';

export const metadata: Metadata = { title: 'Listing · Console', robots: { index: false } };

export default async function ListingPage({ params, searchParams }: PageProps<'/admin/listings/[id]'>) {
  await requireOperator();
  const [{ id }, { done, problem }] = await Promise.all([params, searchParams]);
  const [listing, reports, entries] = await Promise.all([
    tryRead(findListing(id)),
    tryRead(listReports({ ticketId: id })),
    tryRead(listAudit(id)),
  ]);
  if (listing.ok && !listing.value) notFound();
  return (
    <ConsolePage>
      <ResultNote done={done} problem={problem} />
      <Loaded result={listing} title="This listing did not load">
        {(found) => found && <ListingFacts listing={found} />}
      </Loaded>
      <ConsoleSection id="reports" title="Reports">
        <Loaded result={reports}>
          {(found) => <ReportList reports={found} back={`/admin/listings/${id}`} />}
        </Loaded>
      </ConsoleSection>
      <ConsoleSection id="audit" title="Actions">
        <Loaded result={entries}>{(found) => <AuditList entries={found} />}</Loaded>
      </ConsoleSection>
    </ConsolePage>
  );
}

function ListingFacts({ listing }: { listing: AdminListing }) {
  const { id, title, status, price, currency, userId, buyerId, orderId, takenDown, restoredFrom } = listing;
  const back = `/admin/listings/${id}`;
  const isLive = status === 'available' || status === 'reserved';
  return (
    <div className="split">
      <div className="stack">
        <h1 dir="auto">{title}</h1>
        <Facts
          facts={[
            ['Status', takenDown ? `${status}, taken down` : status],
            ['Taken down', takenDown && <When iso={takenDown.at} />],
            ['Reason', takenDown?.reason],
            ['Price', formatMoney(english, price, currency)],
            ['Seller', <AccountLink key="seller" id={userId} />],
            ['Buyer', buyerId && <AccountLink id={buyerId} />],
            [
              'Order',
              orderId && (
                <Link className="ref" href={`/admin/orders/${orderId}`} prefetch={false}>
                  {orderId}
                </Link>
              ),
            ],
            ['Restores', restoredFrom && <span className="ref">{restoredFrom}</span>],
            ['Listed', <When key="listed" iso={listing.createdAt} />],
            ['Changed', <When key="changed" iso={listing.updatedAt} />],
            ['Version', `${listing.version}, reservation number ${listing.reservationSeq}`],
            ['Notes', listing.notes],
          ]}
        />
        <TimelineLink kind="ticket" id={id} />
        <p>
          <Link href={`/tickets/${id}`} prefetch={false}>
            See the page of the listing
          </Link>
        </p>
      </div>
      <div className="panel stack">
        {takenDown ? (
          <ActionForm action="restore-listing" id={id} back={back} label="Restore the listing" />
        ) : isLive ? (
          <>
            <p className="meta">The seller reads the reason.</p>
            <ActionForm action="take-down" id={id} back={back} label="Take down" isGrave />
          </>
        ) : (
          <p className="meta">A listing that is {status} cannot be taken down.</p>
        )}
      </div>
    </div>
  );
}
