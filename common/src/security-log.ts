/**
 * The security log: one line for each event that a person who investigates an abuse needs, with `log: 'security'` and
 * a stable `event`. It contains ids, keyed hashes and networks, and never a secret, an e-mail address or an IP address.
 */
import type { Request } from 'express';
import type { Logger } from 'pino';
import { InvalidEventError } from './check-event.ts';
import { clientNetwork } from './http/client-address.ts';
import { requestId } from './http/plain-response.ts';
import { countInLog, flushLogCounts } from './log-counter.ts';
import { currentUser } from './session.ts';

type Entry = {
  level: 'info' | 'warn' | 'error';
  /** Whether a flood can cause it without an account: then a window has a limited number of its lines. */
  isSampled: boolean;
  message: string;
};

const always = (message: string): Entry => ({ level: 'info', isSampled: false, message });
const sampled = (message: string, level: 'warn' | 'error' = 'warn'): Entry => ({
  level,
  isSampled: true,
  message,
});

/** Every event of the security log. The names are stable, because alerts and queries use them. */
export const securityEvents = {
  sign_up: always('account created'),
  sign_in: always('signed in'),
  sign_in_failed: sampled('wrong e-mail address or password'),
  locked_out: sampled('attempt refused after too many failures'),
  sign_out: always('signed out'),
  sign_out_everywhere: always('all sessions ended'),
  password_changed: always('password changed, all other sessions ended'),
  password_change_failed: sampled('wrong current password'),
  refund: always('seller requested a refund'),
  operator_action: always('action of an operator'),
  audit_entry: always('action of an operator appended to the audit log'),
  refused: sampled('request refused'),
  webhook_refused: sampled('webhook with an invalid signature'),
  forged_event: sampled('event of a source that does not own its type', 'error'),
} as const satisfies Record<string, Entry>;

export type SecurityEvent = keyof typeof securityEvents;

/** What a line can have besides the request; no other field gets in. */
export type SecurityFields = {
  /** The signed-in user by default. */
  userId?: string;
  /** A keyed hash of the canonical e-mail address. */
  emailHash?: string;
  orderId?: string;
  /** What an operator did, and the id of what it was done to. */
  action?: string;
  target?: string;
  status?: number;
  code?: string;
};

/** Lines of one sampled event within a window: of all networks, and of one, so that one does not hide the others. */
const MAX_LINES = 100;
const MAX_LINES_OF_NETWORK = 10;
const WINDOW_MS = 10_000;
const MAX_TEXT = 200;

/** How many lines an event, and an event of a network, has in the current window. */
type Lines = { counts: Map<string, number>; until: number };
type State = { log: Logger; lines: Lines };

const states = new WeakMap<Logger, State>();
const recorded = new WeakSet<Request>();

/**
 * Writes a line about a request to the security log. A sampled event has at most 10 lines of one network and 100 in all
 * within 10 s; the others are counted in one line with `count`.
 */
export function logSecurity(
  log: Logger,
  event: SecurityEvent,
  req: Request,
  fields: SecurityFields = {},
): void {
  recorded.add(req);
  const userId = fields.userId ?? currentUser(req)?.id;
  write(log, event, {
    ...(userId !== undefined && { userId }),
    ...fields,
    network: clientNetwork(req.ip ?? ''),
    requestId: requestId(req),
    method: req.method,
    path: req.path.slice(0, MAX_TEXT),
  });
}

/** Writes that a request got 401, 403 or 429, unless the request has a line already, such as `locked_out`. */
export function logRefusal(
  log: Logger,
  req: Request,
  { status, code }: { status: number; code?: string | undefined },
) {
  if (![401, 403, 429].includes(status) || recorded.has(req)) return;
  logSecurity(log, 'refused', req, { status, ...(code !== undefined && { code }) });
}

/** Writes that an event arrived whose source does not own its type. @returns false, and writes nothing, for any other error. */
export function logForgedEvent(
  log: Logger,
  error: unknown,
  message: { channel: string; sequence: number },
): boolean {
  const forged = error instanceof InvalidEventError ? error.forged : undefined;
  if (!forged) return false;
  const { type, source } = forged;
  write(log, 'forged_event', { ...message, type, source: source.slice(0, MAX_TEXT) });
  return true;
}

/**
 * Writes the newest entry of the audit log. The lines are collected elsewhere, so they show when someone who controls the
 * database rewrites the log from some entry on.
 */
export function logAuditEntry(log: Logger, entry: { sequence: number; hash: string; action: string }): void {
  write(log, 'audit_entry', entry);
}

/** Logs what was counted so far, see `logSecurity`. For the end of the process. */
export function flushSecurityLog(log: Logger): void {
  const state = states.get(log);
  if (state) flushLogCounts(state.log);
}

type Line = { network?: string; code?: string; [field: string]: unknown };

function write(log: Logger, event: SecurityEvent, line: Line): void {
  const state = stateOf(log);
  const { level, isSampled, message } = securityEvents[event];
  if (!isSampled || takeLine(state, event, line.network)) {
    state.log[level]({ event, ...line }, message);
    return;
  }
  const { code } = line;
  const fields = { event, ...(code !== undefined && { code }) };
  countInLog(state.log, `${event} ${code ?? ''}`, `${message}; not logged one by one`, fields);
}

/** @returns false when the event has its lines of this window. */
function takeLine(state: State, event: SecurityEvent, network = ''): boolean {
  const now = Date.now();
  if (now >= state.lines.until) state.lines = { counts: new Map(), until: now + WINDOW_MS };
  const { counts } = state.lines;
  const ofNetwork = `${event} ${network}`;
  const [all = 0, own = 0] = [counts.get(event), counts.get(ofNetwork)];
  if (all >= MAX_LINES || own >= MAX_LINES_OF_NETWORK) return false;
  counts.set(event, all + 1).set(ofNetwork, own + 1);
  return true;
}

/** LOG_LEVEL does not hide security events: only a silent logger writes none. */
function stateOf(log: Logger): State {
  let state = states.get(log);
  if (!state) {
    const level = log.level === 'silent' || log.isLevelEnabled('info') ? log.level : 'info';
    state = { log: log.child({ log: 'security' }, { level }), lines: { counts: new Map(), until: 0 } };
    states.set(log, state);
  }
  return state;
}
