import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { Link } from '../../../ui/link.tsx';
import { ListingForm } from '../../../features/sell/listing-form.tsx';
import {
  DEFAULT_CURRENCY,
  DEFAULT_ZONE,
  FIELD_NAMES,
  type Values,
} from '../../../features/sell/listing-values.ts';
import { NeedsScript } from '../../../features/sell/needs-script.tsx';
import { toValues } from '../../../features/sell/to-values.ts';
import { newListingPath } from '../../../lib/paths.ts';
import { tryRead, getTicket } from '../../../server/api.ts';
import { requireUser } from '../../../server/session.ts';
import { timeZones } from '../../../server/time-zones.ts';
import { Icon } from '../../../ui/icon.tsx';
import { LoadFailed } from '../../../ui/load-failed.tsx';
import { getTranslate } from '../../../i18n/server.ts';

export const generateMetadata = pageMetadata('Sell a ticket', { robots: { index: false } });

const EMPTY: Values = {
  ...Object.fromEntries(FIELD_NAMES.map((name) => [name, ''])),
  currency: DEFAULT_CURRENCY,
  timeZone: DEFAULT_ZONE,
};

/** A copy of a listing: of a withdrawn one everything, of another one not what only one ticket has. */
async function startingValues(like: string | undefined): Promise<Values> {
  if (like === undefined) return EMPTY;
  const result = await tryRead(getTicket(like));
  if (!result.ok || !result.value) return EMPTY;
  const values = toValues(result.value);
  return result.value.status === 'withdrawn' ? values : { ...values, seat: '', secret: '' };
}

export default async function NewListingPage({ searchParams }: PageProps<'/sell/new'>) {
  const t = await getTranslate();
  const { like: given } = await searchParams;
  const like = typeof given === 'string' ? given : undefined;
  const signedIn = await tryRead(requireUser(newListingPath(like)));
  const values = await startingValues(like);
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <p className="crumb">
        <Link href="/sell" prefetch={false}>
          <Icon name="back" /> {t('Your listings')}
        </Link>
      </p>
      <div className="section--head">
        <h1>{t('Sell a ticket')}</h1>
        <p className="lead">{t('A title and a price are enough. The more you add, the faster it sells.')}</p>
      </div>
      {signedIn.ok ? (
        <ListingForm values={values} timeZones={timeZones} like={like}>
          <NeedsScript />
        </ListingForm>
      ) : (
        <LoadFailed title={t('We couldn’t check your sign-in')} error={signedIn.error} />
      )}
      <div className="section" />
    </main>
  );
}
