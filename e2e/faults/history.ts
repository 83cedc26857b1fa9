import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** `fail`: refused, so it changed nothing. `unknown`: no answer or one of 5xx, so it may have happened or not. */
export type Outcome = 'ok' | 'fail' | 'unknown';

/** One call of one client. Times in milliseconds since 1970. */
export type Call = {
  seed: number;
  client: string;
  op: string;
  method: string;
  path: string;
  body?: unknown;
  key?: string;
  start: number;
  end: number;
  outcome: Outcome;
  status?: number;
  /** The stable code of a refusal, or why there was no answer. */
  code?: string;
  answer?: {
    id?: string;
    version?: number;
    status?: string;
    orderId?: string;
    ticketId?: string;
    price?: number;
  };
};

export type Injected = { seed: number; fault: string; on: string; start: number; end: number };

export type History = {
  calls: Call[];
  faults: Injected[];
  add(call: Call): void;
  inject(fault: Injected): void;
};

/** Keeps what happened in memory, and on disk as one JSON line each: a run that breaks off leaves its history behind. */
export function openHistory(file: string): History {
  mkdirSync(dirname(file), { recursive: true });
  const calls: Call[] = [];
  const faults: Injected[] = [];
  const write = (line: object) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  return {
    calls,
    faults,
    add(call) {
      calls.push(call);
      write({ call });
    },
    inject(fault) {
      faults.push(fault);
      write({ fault });
    },
  };
}
