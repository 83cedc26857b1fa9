import type { AuditEntry } from '../../lib/types.ts';
import { When } from './when.tsx';

export function AuditList({ entries }: { entries: AuditEntry[] }) {
  if (entries.length === 0) return <p className="meta">No operator has acted yet.</p>;
  return (
    <ol className="stack" reversed>
      {entries.map(({ id, sequence, at, action, operatorId, source, target, reason }) => (
        <li key={id} value={sequence}>
          <p>
            {action.replaceAll('_', ' ')}: <span dir="auto">{reason}</span>
          </p>
          <p className="small">
            <When iso={at} /> · on <span className="ref">{target}</span> · by{' '}
            {operatorId ? <span className="ref">{operatorId}</span> : `a command on ${source}`}
          </p>
        </li>
      ))}
    </ol>
  );
}
