import type { Metadata } from 'next';
import Link from 'next/link';
import { ListingForm } from '../../../features/sell/listing-form.tsx';
import type { Values } from '../../../features/sell/listing-values.ts';
import { toValues } from '../../../features/sell/to-values.ts';
import { tryRead, getTicket } from '../../../server/api.ts';
import { requireUser } from '../../../server/session.ts';
import { Icon } from '../../../ui/icon.tsx';
import { LoadFailed } from '../../../ui/load-failed.tsx';

export const metadata: Metadata = { title: 'Sell a ticket', robots: { index: false } };

const EMPTY: Values = { currency: 'eur', timeZone: 'Europe/London' };

/** "List again" copies a withdrawn listing, including its entry code. */
async function startingValues(like: string | string[] | undefined): Promise<Values> {
  if (typeof like !== 'string') return EMPTY;
  const result = await tryRead(getTicket(like));
  return result.ok && result.value ? toValues(result.value) : EMPTY;
}

export default async function NewListingPage({ searchParams }: PageProps<'/sell/new'>) {
  const { like } = await searchParams;
  const signedIn = await tryRead(requireUser('/sell/new'));
  const values = await startingValues(like);
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <p className="crumb">
        <Link href="/sell" prefetch={false}>
          <Icon name="back" /> Your listings
        </Link>
      </p>
      <div className="section--head">
        <h1>Sell a ticket</h1>
        <p className="lead">A title and a price are enough. The more you add, the faster it sells.</p>
      </div>
      {signedIn.ok ? (
        <ListingForm values={values} />
      ) : (
        <LoadFailed title="We couldn’t check your sign-in" error={signedIn.error} />
      )}
      <div className="section" />
    </main>
  );
}
