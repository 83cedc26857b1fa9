import type { Request, RequestHandler } from 'express';
import type { Logger } from '@ticketing/common';
import { HttpError, limitUnfinished, logSecurity, rawBody, UnavailableError } from '@ticketing/common';

/** Stripe's events have a few kB. */
const LIMIT = '256kb';
/** Bodies that are arriving, of any client and of one: 32 MB of memory at most. Stripe repeats what was refused. */
const MAX_ARRIVING = 128;
const MAX_ARRIVING_OF_CLIENT = 64;
const MAX_SIGNATURE_LENGTH = 1_024;

/** Whether `header` has the form of a Stripe-Signature: one time and at least one signature of the scheme `v1`. */
function isSignatureForm(header: string): boolean {
  if (header.length > MAX_SIGNATURE_LENGTH) return false;
  const entries = header.split(',');
  const times = entries.filter((entry) => entry.startsWith('t='));
  return (
    times.length === 1 &&
    /^t=\d{1,12}$/.test(times[0] ?? '') &&
    entries.some((entry) => /^v1=[0-9a-f]{64}$/.test(entry))
  );
}

/**
 * Middleware that reads the body of a webhook, whose signature covers every byte. Anyone can send one, so nothing is
 * read without a header of the right form, and few at once: 503 `overloaded` beyond. One client with too many loses the
 * oldest, so that it does not keep out Stripe.
 */
export function readWebhookBody({ trustProxy }: { trustProxy: number }, log: Logger): RequestHandler[] {
  const arriving = new Set<Request>();
  const countOfClient = limitUnfinished({ maxPerAddress: MAX_ARRIVING_OF_CLIENT, trustProxy });

  const admit: RequestHandler = (req, _res, next) => {
    if (!isSignatureForm(req.get('stripe-signature') ?? '')) {
      logSecurity(log, 'webhook_refused', req);
      throw new HttpError(400, 'The signature is invalid', { code: 'bad_signature' });
    }
    countOfClient(req);
    if (arriving.size >= MAX_ARRIVING)
      throw new UnavailableError('Too many webhooks at once, please send this again', 'overloaded');
    arriving.add(req);
    const remove = () => arriving.delete(req);
    req.once('end', remove).once('close', remove);
    next();
  };
  return [admit, rawBody(LIMIT)];
}
