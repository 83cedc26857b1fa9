import { sentenceOf } from '../../lib/error-sentences.ts';
import { Note } from '../../ui/note.tsx';
import { english } from '../../i18n/translate.ts';

/** Codes that mean something else to an operator than to a buyer or a seller, and one of the console's own. */
const FOR_OPERATORS = new Map([
  ['ticket_sold', 'The ticket is sold.'],
  ['ticket_withdrawn', 'The listing is withdrawn already.'],
  ['already_listed', 'The seller has listed the same seat again.'],
  ['version_conflict', 'The listing has just changed. Try again.'],
  ['origin_refused', 'The form came from another site.'],
  ['rate_limited', 'You did this very often. Try again in a few minutes.'],
  ['invalid', 'The reason needs 3 to 500 characters.'],
]);

/** Why an action was refused, by the code in the address: a link to the console cannot show a text of its own. */
function sentenceForOperators(code: string): string {
  const sentence = FOR_OPERATORS.get(code) ?? sentenceOf(english, code);
  return sentence ?? 'Something went wrong. See below whether it took effect.';
}

type Value = string | string[] | undefined;

/** What became of the action that led back to this page. */
export function ResultNote({ done, problem }: { done?: Value; problem?: Value }) {
  if (typeof problem === 'string')
    return (
      <Note kind="stop" icon="alert" role="alert" title="That did not work">
        <p>{sentenceForOperators(problem)}</p>
      </Note>
    );
  return done === undefined ? null : (
    <Note kind="free" icon="tick" role="status" title="Done">
      <p>The audit log has it in a moment.</p>
    </Note>
  );
}
