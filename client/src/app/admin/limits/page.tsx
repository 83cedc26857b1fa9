import type { Metadata } from 'next';
import { AccountLink } from '../../../features/admin/account-link.tsx';
import { ConsolePage, ConsoleSection } from '../../../features/admin/console-page.tsx';
import { Loaded } from '../../../features/admin/loaded.tsx';
import { serviceNames } from '../../../features/admin/services.ts';
import { When } from '../../../features/admin/when.tsx';
import type { ReachedLimit } from '../../../lib/types.ts';
import { listReachedLimits } from '../../../server/admin.ts';
import { tryRead } from '../../../server/api.ts';
import { requireOperator } from '../../../server/session.ts';

export const metadata: Metadata = { title: 'Limits · Console', robots: { index: false } };

export default async function LimitsPage() {
  await requireOperator();
  const results = await Promise.all(serviceNames.map((service) => tryRead(listReachedLimits(service))));
  return (
    <ConsolePage>
      <h1>Limits</h1>
      <p className="lead">Who makes too many requests of a kind right now, and is refused.</p>
      {serviceNames.map((service, i) => (
        <ConsoleSection key={service} id={service} title={service}>
          <Loaded result={results[i]!}>{(found) => <LimitList limits={found} />}</Loaded>
        </ConsoleSection>
      ))}
    </ConsolePage>
  );
}

function LimitList({ limits }: { limits: ReachedLimit[] }) {
  if (limits.length === 0) return <p className="meta">There is none.</p>;
  return (
    <ul className="stack">
      {limits.map(({ limit, by, key, most, until }) => (
        <li key={`${limit}${key}`}>
          <p>
            {limit.replaceAll('_', ' ')}, {most} of one {by === 'all' ? 'kind by all clients' : by}:{' '}
            {by === 'account' ? <AccountLink id={key} /> : <span className="ref">{key}</span>}
          </p>
          <p className="small">
            until <When iso={until} />
          </p>
        </li>
      ))}
    </ul>
  );
}
