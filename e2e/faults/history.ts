import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** `fail`: rejected without an effect. `unknown`: no answer or 5xx, so the request may have had its effect or not. */
export type Outcome = 'ok' | 'fail' | 'unknown';

/** One call of one client. Times are in milliseconds since 1970. */
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
  /** The error code of the answer, or the reason why there is none. */
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

export type InjectedFault = { seed: number; fault: string; on: string; start: number; end: number };

export type History = {
  calls: Call[];
  faults: InjectedFault[];
  addCall(call: Call): void;
  addFault(fault: InjectedFault): void;
};

/** Keeps calls and faults in memory and appends each as a JSON line to a file, which remains when a run aborts. */
export function openHistory(file: string): History {
  mkdirSync(dirname(file), { recursive: true });
  const calls: Call[] = [];
  const faults: InjectedFault[] = [];
  const write = (line: object) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  return {
    calls,
    faults,
    addCall(call) {
      calls.push(call);
      write({ call });
    },
    addFault(fault) {
      faults.push(fault);
      write({ fault });
    },
  };
}
