import { Note } from '../../ui/note.tsx';

/** Why an action was refused, by the code in the address: a link to the console cannot show a text of its own. */
const PROBLEMS = new Map([
  ['already_suspended', 'The account is suspended already.'],
  ['user_is_operator', 'Operators cannot be suspended. Revoke the role first.'],
  ['not_suspended', 'The account is not suspended.'],
  ['already_taken_down', 'The listing is taken down already.'],
  ['ticket_sold', 'The ticket is sold.'],
  ['ticket_withdrawn', 'The listing is withdrawn already.'],
  ['not_taken_down', 'The listing is not taken down.'],
  ['already_restored', 'The listing was restored already.'],
  ['already_listed', 'The seller has listed the same seat again.'],
  ['seller_suspended', 'The seller is suspended.'],
  ['already_resolved', 'The report is resolved already.'],
  ['version_conflict', 'The listing has just changed. Try again.'],
  ['operator_required', 'You are not an operator any more.'],
  ['origin_refused', 'The form came from another site.'],
  ['rate_limited', 'You did this very often. Try again in a few minutes.'],
  ['invalid', 'The reason needs 3 to 500 characters.'],
]);

type Value = string | string[] | undefined;

/** What became of the action that led back to this page. */
export function ResultNote({ done, problem }: { done?: Value; problem?: Value }) {
  if (typeof problem === 'string')
    return (
      <Note kind="stop" icon="alert" role="alert" title="That did not work">
        <p>{PROBLEMS.get(problem) ?? 'Something went wrong. See below whether it took effect.'}</p>
      </Note>
    );
  return done === undefined ? null : (
    <Note kind="free" icon="tick" role="status" title="Done">
      <p>The audit log has it in a moment.</p>
    </Note>
  );
}
