/** A step of the protocol that an invariant forbids. */
export class Violation extends Error {
  override name = 'Violation';
}

/** Rethrows any error as a violation: a step that its table does not have makes the service throw for ever. */
export function stuckIfThrown<T>(decide: () => T): T {
  try {
    return decide();
  } catch (error) {
    throw new Violation(`I7 stuck: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whether a rule that throws to refuse lets this pass. */
export function isAllowed(rule: () => unknown): boolean {
  try {
    rule();
    return true;
  } catch {
    return false;
  }
}
