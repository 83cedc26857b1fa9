import type { Facts, Ids, Moment } from '../timeline/facts.ts';

type Line = {
  level: number;
  time: string;
  name: string;
  msg: string;
  err?: { message?: string };
  userId?: string;
  orderId?: string;
  ticketId?: string;
  traceId?: string;
  /** Of a change. */
  aggregate?: string;
  version?: number;
  status?: string | number;
  from?: string;
  to?: string;
  /** Of a request. */
  method?: string;
  route?: string;
  ms?: number;
};

const INFO = 30;
const WARN = 40;

/** The lines of service logs, from level info, that name one of the ids; other lines are skipped. */
export function factsOfLogs(lines: string[], ids: Ids): Facts {
  const wanted = allIds(ids);
  const moments = lines.flatMap((line) => {
    if (!wanted.some((id) => line.includes(id))) return [];
    const parsed = parseLine(line);
    return parsed && parsed.level >= INFO ? [momentOf(parsed)] : [];
  });
  return { service: 'logs', readAt: '', moments, problems: [] };
}

/** Every id of an aggregate, for a search in text. */
export function allIds({ orders, tickets, users, intents }: Ids): string[] {
  return [...orders, ...tickets, ...users, ...intents];
}

function parseLine(line: string): Line | undefined {
  try {
    const parsed = JSON.parse(line) as Partial<Line> | null;
    const isLine = typeof parsed?.time === 'string' && typeof parsed.msg === 'string';
    return isLine ? (parsed as Line) : undefined;
  } catch {
    return undefined; // the first lines of Node itself, or the end of a killed process
  }
}

function momentOf(line: Line): Moment {
  const { time, name, level, orderId, ticketId, traceId, userId, aggregate, version } = line;
  const about = { at: time, service: name, orderId, ticketId, traceId };
  const id = aggregate === 'ticket' ? ticketId : orderId;
  // The same change as in the event log, unless that has no such event.
  if (
    version !== undefined &&
    id &&
    (aggregate === 'order' || aggregate === 'ticket' || aggregate === 'payment')
  )
    return { ...about, kind: aggregate, id, version, what: `${aggregate} ${line.status}` };
  const text = describe(line);
  return {
    ...about,
    kind: 'log',
    what: level >= WARN ? `warning: ${text}` : text,
    ...(userId && { by: `user ${userId}` }),
  };
}

function describe({ msg, from, to, method, route, status, ms, err }: Line): string {
  if (from && to) return `${msg}: ${from} → ${to}`;
  if (method && route) return `${method} ${route} answered ${status} after ${ms} ms`;
  return err?.message ? `${msg}: ${err.message}` : msg;
}
