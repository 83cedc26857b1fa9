import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Charge, Dispute, Intent, Refund, StripeEvent } from './objects.ts';

/** The response stored under an Idempotency-Key. */
export interface IdempotencyRecord {
  key: string;
  path: string;
  fingerprint: string;
  at: number;
  status: number;
  body: unknown;
  requestId: string;
}

export interface Delivery {
  event: StripeEvent;
  /** The earliest time to send it, in ms since the epoch. */
  dueAt: number;
  copies: number;
  state: 'pending' | 'delivered' | 'dropped' | 'given up' | 'not enabled';
}

/** The effects of one request. An entry is one line of the journal, so all of it is there or none. */
interface JournalEntry {
  intent?: Intent;
  charge?: Charge;
  refund?: Refund;
  dispute?: Dispute;
  deliveries?: Delivery[];
  key?: IdempotencyRecord;
}

interface State {
  intents: Map<string, Intent>;
  charges: Map<string, Charge>;
  refunds: Map<string, Refund>;
  disputes: Map<string, Dispute>;
  deliveries: Map<string, Delivery>;
  keys: Map<string, IdempotencyRecord>;
}

export interface Store {
  intents: ReadonlyMap<string, Intent>;
  charges: ReadonlyMap<string, Charge>;
  refunds: ReadonlyMap<string, Refund>;
  disputes: ReadonlyMap<string, Dispute>;
  deliveries: ReadonlyMap<string, Delivery>;
  keys: ReadonlyMap<string, IdempotencyRecord>;
  /** The entry is visible and survives a killed process at once; it survives a power cut once the promise resolves. */
  commit(entry: JournalEntry): Promise<void>;
  /** The entry is visible and survives a killed process at once. A power cut can take it: for what may happen again. */
  append(entry: JournalEntry): void;
  close(): Promise<void>;
}

const DAY = 24 * 60 * 60 * 1000;
const fdatasync = promisify(fs.fdatasync);

export function openStore(file: string): Store {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const state = loadState(file);
  compactJournal(file, state);

  const journal = fs.openSync(file, 'a');
  const sync = groupedSync(journal);
  let size = fs.fstatSync(journal).size;
  let isClosed = false;

  function append(entry: JournalEntry): void {
    if (isClosed) throw new Error(`${file} is closed`);
    const line = `${JSON.stringify(entry)}\n`;
    try {
      fs.appendFileSync(journal, line);
    } catch (error) {
      fs.ftruncateSync(journal, size);
      throw error;
    }
    size += Buffer.byteLength(line);
    apply(state, entry);
  }

  return {
    ...state,
    append,
    commit(entry) {
      append(entry);
      return sync();
    },
    async close() {
      isClosed = true;
      await sync();
      fs.closeSync(journal);
    },
  };
}

/** Stripe forgets idempotency keys after a day at the earliest. */
function loadState(file: string): State {
  const state: State = {
    intents: new Map(),
    charges: new Map(),
    refunds: new Map(),
    disputes: new Map(),
    deliveries: new Map(),
    keys: new Map(),
  };
  for (const entry of readJournal(file)) apply(state, entry);
  for (const { key, at } of state.keys.values()) if (at < Date.now() - DAY) state.keys.delete(key);
  return state;
}

function apply(state: State, { intent, charge, refund, dispute, deliveries = [], key }: JournalEntry): void {
  if (intent) state.intents.set(intent.id, intent);
  if (charge) state.charges.set(charge.id, charge);
  if (refund) state.refunds.set(refund.id, refund);
  if (dispute) state.disputes.set(dispute.id, dispute);
  for (const delivery of deliveries) state.deliveries.set(delivery.event.id, delivery);
  if (key) state.keys.set(key.key, key);
}

/** One sync covers all lines written while the previous one ran, because that one may have missed them. */
function groupedSync(journal: number): () => Promise<void> {
  let running = Promise.resolve();
  let next: Promise<void> | undefined;

  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return (running = fdatasync(journal));
      });
    return next;
  };
}

/** A process killed while writing leaves a last line without its newline; its request got no response, so it is skipped. */
function readJournal(file: string): JournalEntry[] {
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as JournalEntry;
    } catch {
      throw new Error(
        `${file}: line ${index + 1} is damaged. Remove the file to start with an empty ledger.`,
      );
    }
  });
}

/** Rewrites the journal with the current state of each object only. */
function compactJournal(
  file: string,
  { intents, charges, refunds, disputes, deliveries, keys }: State,
): void {
  const entries: JournalEntry[] = [
    ...[...intents.values()].map((intent) => ({ intent })),
    ...[...charges.values()].map((charge) => ({ charge })),
    ...[...refunds.values()].map((refund) => ({ refund })),
    ...[...disputes.values()].map((dispute) => ({ dispute })),
    ...[...deliveries.values()].map((delivery) => ({ deliveries: [delivery] })),
    ...[...keys.values()].map((key) => ({ key })),
  ];
  const compacted = `${file}.new`;
  const fd = fs.openSync(compacted, 'w', 0o600);
  fs.writeFileSync(fd, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  fs.fsyncSync(fd);
  fs.closeSync(fd);
  fs.renameSync(compacted, file);
  const folder = fs.openSync(path.dirname(file), 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}
