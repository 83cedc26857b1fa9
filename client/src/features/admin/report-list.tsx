import Link from 'next/link';
import { reportReasons } from '../../lib/report-reasons.ts';
import type { Report } from '../../lib/types.ts';
import { When } from './when.tsx';
import { ActionForm } from './action-form.tsx';

export function ReportList({ reports, back = '/admin' }: { reports: Report[]; back?: string }) {
  if (reports.length === 0) return <p className="meta">There is no report.</p>;
  return (
    <ul className="stack stack--wide">
      {reports.map(({ id, reason, text, createdAt, ticketId, status, resolution }) => (
        <li key={id} className="panel stack">
          <p>
            <strong>{reportReasons[reason]}</strong>{' '}
            {back === '/admin' && (
              <Link href={`/admin/listings/${ticketId}`} prefetch={false}>
                See the listing
              </Link>
            )}
          </p>
          {text && (
            <p className="whitespace-pre-line" dir="auto">
              {text}
            </p>
          )}
          <p className="small">
            <When iso={createdAt} />
            {resolution && ` · resolved: ${resolution}`}
          </p>
          {status === 'open' && <ActionForm action="resolve-report" id={id} back={back} label="Resolve" />}
        </li>
      ))}
    </ul>
  );
}
