// The names, messages and codes by which the drivers of MongoDB, Redis, the brokers and Node's sockets report a fault.
const names =
  /Network|Timeout|Connection|Connected|Connect|ServerSelection|PoolCleared|PoolClosed|TopologyClosed|WriteConcern|UnknownOutcome|MaxRetriesPerRequest|AbortError/;
const messages = /timed out|time-?out|not primary|node is recovering|socket hang up|connection (is )?closed/i;
const codes =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_.*)$/;

/**
 * Whether an error means that a store or a peer is unavailable, and not that the event is wrong. Such an event is
 * retried without limit. Also checks the error's causes.
 */
export function isInfrastructureError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (
    names.test(error.name) ||
    messages.test(error.message) ||
    (typeof code === 'string' && codes.test(code)) ||
    isInfrastructureError(error.cause)
  );
}
