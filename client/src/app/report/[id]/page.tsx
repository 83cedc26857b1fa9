import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { Link } from '../../../ui/link.tsx';
import { notFound } from 'next/navigation';
import { reportReasons } from '../../../lib/report-reasons.ts';
import { getTicket, tryRead } from '../../../server/api.ts';
import { Field } from '../../../ui/field.tsx';
import { LoadFailed } from '../../../ui/load-failed.tsx';
import { Note } from '../../../ui/note.tsx';
import { useTranslate } from '#use-translate';
import { getTranslate } from '../../../i18n/server.ts';
import type { Translate } from '../../../i18n/translate.ts';

export const generateMetadata = pageMetadata('Report a listing', { robots: { index: false } });

export default async function ReportPage({ params, searchParams }: PageProps<'/report/[id]'>) {
  const t = await getTranslate();
  const [{ id }, { sent, problem }] = await Promise.all([params, searchParams]);
  const ticket = await tryRead(getTicket(id));
  if (ticket.ok && !ticket.value) notFound();
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section stack stack--wide">
        <h1>{t('Report this listing')}</h1>
        {ticket.ok ? (
          <p className="lead" dir="auto">
            {ticket.value?.title}
          </p>
        ) : (
          <LoadFailed title={t('The listing did not load')} error={ticket.error} />
        )}
        {sent !== undefined ? (
          <Note kind="free" icon="tick" role="status" title={t('Thank you')}>
            <p>{t('We look at every report. The seller does not learn who reported.')}</p>
          </Note>
        ) : (
          <ReportForm id={id} problem={typeof problem === 'string' ? problemText(t, problem) : undefined} />
        )}
        <p>
          <Link href={`/tickets/${id}`} prefetch={false}>
            {t('Back to the ticket')}
          </Link>
        </p>
      </div>
    </main>
  );
}

/** By the code in the address: a link to this page cannot show a text of its own. */
function problemText(t: Translate, code: string): string {
  if (code === 'rate_limited')
    return t('You, or others on your network, reported very often. Try again later.');
  return code === 'invalid' ? t('Choose what is wrong.') : t('Something went wrong. Try again.');
}

/** A plain form, which works without scripts. */
function ReportForm({ id, problem }: { id: string; problem: string | undefined }) {
  const t = useTranslate();
  return (
    <form
      className="stack stack--form"
      method="post"
      action={t.path(`/report/${encodeURIComponent(id)}/send`)}
    >
      {problem && (
        <Note kind="stop" icon="alert" role="alert" title={t('Your report was not sent')}>
          <p>{problem}</p>
        </Note>
      )}
      <Field id="reason" label={t('What is wrong?')}>
        {(attributes) => (
          <select {...attributes} className="select" required defaultValue="">
            <option value="" disabled>
              {t('Choose')}
            </option>
            {Object.entries(reportReasons).map(([reason, label]) => (
              <option key={reason} value={reason}>
                {t(label)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id="text" label={t('What should we know?')} hint={t('You can leave this empty.')}>
        {(attributes) => <textarea {...attributes} rows={5} maxLength={2000} dir="auto" />}
      </Field>
      <button className="btn btn--main" type="submit">
        {t('Send report')}
      </button>
    </form>
  );
}
