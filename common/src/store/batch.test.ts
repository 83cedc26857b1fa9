import { mongo, Mongoose, Schema } from 'mongoose';
import { isInfrastructureError } from '../bus/infrastructure-error.ts';
import { eventually, useTestDatabase } from '../testing.ts';
import { createBatcher, insertDocument, readById, upsertWhere } from './batch.ts';
import { duplicateKey, isStoreUnavailable, newId } from './mongo.ts';

describe('createBatcher', () => {
  it('combines concurrent calls into one round trip, and never returns a result older than the call', async () => {
    const trips: number[][] = [];
    let finish: () => void = () => undefined;
    const call = createBatcher(async (items: number[]) => {
      trips.push(items);
      await new Promise<void>((resolve) => (finish = resolve));
      return items.map((item) => item * 2);
    });

    const early = [1, 2, 3].map(call);
    await eventually(() => trips.length === 1);
    const late = [4, 5].map(call);
    finish();
    expect(await Promise.all(early)).toEqual([2, 4, 6]);
    await eventually(() => trips.length === 2);
    finish();

    expect(await Promise.all(late)).toEqual([8, 10]);
    expect(trips).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('has at most 100 items in a batch', async () => {
    const sizes: number[] = [];
    const call = createBatcher((items: number[]) => {
      sizes.push(items.length);
      return Promise.resolve(items);
    });

    await Promise.all(Array.from({ length: 250 }, (_, index) => call(index)));

    expect(sizes).toEqual([100, 100, 50]);
  });

  it('gathers only for a batch that is not full, so that waiting does not limit the throughput', async () => {
    const gather = jest.fn(() => Promise.resolve());
    const call = createBatcher((items: number[]) => Promise.resolve(items), gather);

    await Promise.all(Array.from({ length: 250 }, (_, index) => call(index)));

    expect(gather).toHaveBeenCalledTimes(2); // for the first call, which finds no other, and for the last 50
  });

  it('rejects single items or a whole batch, and runs the next batch afterwards', async () => {
    const call = createBatcher((items: string[]) => {
      if (items.includes('all')) return Promise.reject(new Error('unavailable'));
      return Promise.resolve(items.map((item) => (item === 'one' ? new Error('refused') : item)));
    });
    const outcomes = async (...items: string[]) =>
      (await Promise.allSettled(items.map(call))).map(({ status }) => status);

    expect(await outcomes('a', 'one', 'b')).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await outcomes('a', 'all')).toEqual(['rejected', 'rejected']);
    expect(await outcomes('a')).toEqual(['fulfilled']);
  });
});

describe('batched reads and writes', () => {
  type Seat = { _id: string; number: number; holder?: string };
  const db = new Mongoose();
  const schema = new Schema<Seat>(
    { _id: String, number: Number, holder: String },
    { versionKey: false, autoIndex: false },
  );
  schema.index({ number: 1 }, { name: 'number', unique: true });
  const Seat = db.model<Seat>('Seat', schema);
  let dropDatabase: () => Promise<void>;
  beforeAll(async () => {
    dropDatabase = await useTestDatabase(db);
  });
  afterAll(() => dropDatabase());

  it('readById returns to each caller the document with its id, or null', async () => {
    const seats = [1, 2, 3].map((number) => ({ _id: newId(), number }));
    await Promise.all(seats.map((seat) => insertDocument(Seat, seat)));
    const ids = [...seats.map(({ _id }) => _id), newId(), seats[0]?._id ?? ''];

    const read = await Promise.all(ids.map((id) => readById(Seat, id)));

    expect(read).toEqual([...seats, null, seats[0]]);
  });

  it('insertDocument rejects only the duplicate, with the name of the index', async () => {
    const seats = [10, 11, 10, 12].map((number) => ({ _id: newId(), number }));

    const inserted = await Promise.allSettled(seats.map((seat) => insertDocument(Seat, seat)));

    expect(inserted.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(inserted.map((one) => one.status === 'rejected' && duplicateKey(one.reason))[2]).toBe('number');
  });

  it('upsertWhere writes only documents that match the filter', async () => {
    const seats = [20, 21, 22].map((number) => ({ _id: newId(), number }));
    await Promise.all(seats.map((seat) => insertDocument(Seat, seat)));
    const assign = (seat: Seat | undefined, holder: string) =>
      upsertWhere(Seat, { _id: seat?._id ?? '', holder: { $exists: false } }, { $set: { holder } });

    const assigned = await Promise.all([
      assign(seats[0], 'Ann'),
      assign(seats[1], 'Ann'),
      assign(seats[0], 'Bob'),
      assign(seats[2], 'Bob'),
    ]);

    expect(assigned).toEqual([true, true, false, true]);
    const holders = await Promise.all(seats.map(async ({ _id }) => (await readById(Seat, _id))?.holder));
    expect(holders).toEqual(['Ann', 'Ann', 'Bob']);
  });

  it('insertDocument rejects with an error of unavailability when the database cannot be reached', async () => {
    const client = new mongo.MongoClient('mongodb://127.0.0.1:1/test', { serverSelectionTimeoutMS: 100 });
    const Unavailable = { collection: client.db().collection('seats') } as never;

    const error = await insertDocument(Unavailable, { _id: newId() }).catch((reason: unknown) => reason);

    await client.close();
    expect([isStoreUnavailable(error), isInfrastructureError(error)]).toEqual([true, true]);
  });

  it('insertDocument rejects with an error of unavailability when the write concern fails', async () => {
    const concern = { code: 64, errmsg: 'waiting for replication' };
    const result = { getWriteConcernError: () => concern } as mongo.BulkWriteResult;
    const bulkWrite = () =>
      Promise.reject(new mongo.MongoBulkWriteError({ code: 64, message: 'concern' }, result));

    const error = await insertDocument({ collection: { bulkWrite } } as never, { _id: newId() }).catch(
      (reason: unknown) => reason,
    );

    expect([isStoreUnavailable(error), isInfrastructureError(error)]).toEqual([true, true]);
  });

  it('upsertWhere rejects when another unique index refuses the write', async () => {
    const [one, two] = [30, 31].map((number) => ({ _id: newId(), number })) as [Seat, Seat];
    await Promise.all([insertDocument(Seat, one), insertDocument(Seat, two)]);

    const clash = upsertWhere(Seat, { _id: two._id, number: 31 }, { $set: { number: 30 } });

    expect(await clash.catch(duplicateKey)).toBe('number');
  });
});
