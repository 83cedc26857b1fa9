import type { Request } from 'express';

/** The client of a request, as the limits of auth see it. */
export type Caller = {
  /** Its IP address. */
  address: string;
  /** Its Cookie header. */
  cookies: string | undefined;
  /** Whether the response is of no use: one was sent, as at the time limit, or the client closed the connection. */
  isAnswered: () => boolean;
};

export function callerOf(req: Request): Caller {
  return {
    address: req.ip ?? 'unknown',
    cookies: req.headers.cookie,
    isAnswered: () => (req.res?.headersSent ?? true) || (req.res?.destroyed ?? true),
  };
}
