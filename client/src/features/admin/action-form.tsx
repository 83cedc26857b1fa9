import { Field } from '../../ui/field.tsx';
import type { AdminAction } from './actions.ts';

type Props = { action: AdminAction; id: string; back: string; label: string; isGrave?: boolean };

/** A plain form: it works without scripts, and /admin/act takes it. */
export function ActionForm({ action, id, back, label, isGrave = false }: Props) {
  return (
    <form className="stack" method="post" action="/admin/act">
      <Field id={`${action}-${id}`} name="reason" label="Reason" minLength={3} maxLength={500} required />
      <button className={isGrave ? 'btn btn--stop' : 'btn'} type="submit">
        {label}
      </button>
      <input type="hidden" name="action" value={action} />
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="back" value={back} />
    </form>
  );
}
