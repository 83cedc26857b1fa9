export const invariants = {
  I1: 'at most one order has the ticket at any time; a sold ticket has one complete order',
  I2: 'a complete order was charged exactly once, exactly its price',
  I3: 'a cancelled order keeps no money and no authorization, and was never charged',
  I4: 'one PaymentIntent and one payment belong to one order',
  I5: 'acknowledged writes are stored, no event is lost, replicas equal their source',
  I6: 'versions have no gap and one state each, statuses follow the table, final statuses stay',
  I7: 'no order stays open past its expiry',
  I8: 'exactly the poison messages are dead-lettered',
  I9: 'nothing is stuck, and no process exits unexpectedly',
  I10: 'answers are true',
} as const;
export type Invariant = keyof typeof invariants;

/** `about`: the ids in the text, for the timeline. */
export type Violation = { invariant: Invariant; text: string; about: string[] };

/** The violation that a text such as `I5 order … is not stored` describes. */
export function violationOf(text: string): Violation {
  const invariant = /^I\d+/.exec(text)?.[0] as Invariant;
  return { invariant, text: text.slice(invariant.length + 1), about: text.match(/\b[0-9a-f]{24}\b/g) ?? [] };
}
