import { db } from '../db.ts';

const MAX_STORED = 100;

export type Difference = { orderId: string | undefined; intentId: string | undefined; what: string };

/** How the last reconciliation of any process ended. One document. */
type Reconciliation = {
  _id: 'last';
  succeededAt?: Date;
  /** Of the last one that succeeded: how many differences it found, and the first ones. */
  count?: number;
  differences?: Difference[];
  /** Of one that failed after that. */
  failedAt?: Date;
  error?: string;
};

const reconciliations = () => db.connection.collection<Reconciliation>('reconciliations');

/** Stores how a reconciliation ended, for operators. Settles like `run`. */
export async function recordReconciliation(run: () => Promise<Difference[]>): Promise<Difference[]> {
  let differences: Difference[];
  try {
    differences = await run();
  } catch (error) {
    await store({ $set: { failedAt: new Date(), error: (error as Error).message } });
    throw error;
  }
  await store({
    $set: {
      succeededAt: new Date(),
      count: differences.length,
      differences: differences.slice(0, MAX_STORED),
    },
    $unset: { failedAt: '', error: '' },
  });
  return differences;
}

async function store(update: object): Promise<void> {
  await reconciliations().updateOne({ _id: 'last' }, update, { upsert: true });
}

/** How the last reconciliation ended; without `succeededAt` none has succeeded yet. */
export async function lastReconciliation() {
  const found = await reconciliations().findOne({ _id: 'last' });
  const { _id, count = 0, differences = [], ...ends } = found ?? { _id: 'last' };
  return { count, differences, ...ends };
}
