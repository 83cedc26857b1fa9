import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Charge, Intent, Refund, StripeEvent } from './objects.ts';

/** An answer kept under an Idempotency-Key. */
export interface KeyRecord {
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
  /** ms since the epoch: not before. */
  dueAt: number;
  copies: number;
  state: 'pending' | 'delivered' | 'dropped' | 'given up' | 'not enabled';
}

/** What one request did: one line of the journal, so it happens whole or not at all. */
interface Entry {
  intent?: Intent;
  charge?: Charge;
  refund?: Refund;
  deliveries?: Delivery[];
  key?: KeyRecord;
}

export interface Store {
  intents: ReadonlyMap<string, Intent>;
  charges: ReadonlyMap<string, Charge>;
  refunds: ReadonlyMap<string, Refund>;
  deliveries: ReadonlyMap<string, Delivery>;
  keys: ReadonlyMap<string, KeyRecord>;
  /** Takes effect at once, survives a killed process at once, and a power cut when the promise resolves. */
  commit(entry: Entry): Promise<void>;
  close(): Promise<void>;
}

const DAY = 24 * 60 * 60 * 1000;
const fdatasync = promisify(fs.fdatasync);

export function openStore(file: string): Store {
  const intents = new Map<string, Intent>();
  const charges = new Map<string, Charge>();
  const refunds = new Map<string, Refund>();
  const deliveries = new Map<string, Delivery>();
  const keys = new Map<string, KeyRecord>();

  function apply({ intent, charge, refund, deliveries: told = [], key }: Entry): void {
    if (intent) intents.set(intent.id, intent);
    if (charge) charges.set(charge.id, charge);
    if (refund) refunds.set(refund.id, refund);
    for (const delivery of told) deliveries.set(delivery.event.id, delivery);
    if (key) keys.set(key.key, key);
  }

  fs.mkdirSync(path.dirname(file), { recursive: true });
  readJournal(file).forEach(apply);
  for (const { key, at } of keys.values()) if (at < Date.now() - DAY) keys.delete(key);
  writeJournal(file, [
    ...[...intents.values()].map((intent) => ({ intent })),
    ...[...charges.values()].map((charge) => ({ charge })),
    ...[...refunds.values()].map((refund) => ({ refund })),
    ...[...deliveries.values()].map((delivery) => ({ deliveries: [delivery] })),
    ...[...keys.values()].map((key) => ({ key })),
  ]);

  const journal = fs.openSync(file, 'a');
  let size = fs.fstatSync(journal).size;
  let running = Promise.resolve();
  let next: Promise<void> | undefined;
  let closed = false;

  /** One sync for all lines written meanwhile; a sync already running may have missed this one. */
  function durable(): Promise<void> {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return (running = fdatasync(journal));
      });
    return next;
  }

  return {
    ...{ intents, charges, refunds, deliveries, keys },
    commit(entry) {
      if (closed) throw new Error(`${file} is closed`);
      const line = `${JSON.stringify(entry)}\n`;
      try {
        fs.appendFileSync(journal, line);
      } catch (error) {
        fs.ftruncateSync(journal, size);
        throw error;
      }
      size += Buffer.byteLength(line);
      apply(entry);
      return durable();
    },
    async close() {
      closed = true;
      await durable();
      fs.closeSync(journal);
    },
  };
}

/** A process killed in mid-write leaves a last line without its end: it was never answered, so it is left out. */
function readJournal(file: string): Entry[] {
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as Entry;
    } catch {
      throw new Error(
        `${file}: line ${index + 1} is damaged. Remove the file to start with an empty ledger.`,
      );
    }
  });
}

/** Started afresh, the journal holds each thing once. */
function writeJournal(file: string, entries: Entry[]): void {
  const fresh = `${file}.new`;
  const fd = fs.openSync(fresh, 'w', 0o600);
  fs.writeFileSync(fd, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  fs.fsyncSync(fd);
  fs.closeSync(fd);
  fs.renameSync(fresh, file);
  const folder = fs.openSync(path.dirname(file), 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}
