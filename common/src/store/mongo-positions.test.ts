import { Mongoose } from 'mongoose';
import { useTestDatabase } from '../testing.ts';
import { mongoPositions } from './mongo-positions.ts';

const db = new Mongoose();
let removeDatabase: () => Promise<void>;

beforeAll(async () => {
  removeDatabase = await useTestDatabase(db);
});
afterAll(() => removeDatabase());

it('stores the positions of the channels that it is given, and keeps those of the others', async () => {
  const positions = mongoPositions(db);
  await positions.write(
    new Map([
      ['order:created', { sequence: 1, time: 1_000 }],
      ['order:updated', { sequence: 2, time: 2_000 }],
    ]),
  );
  await positions.write(new Map([['order:created', { sequence: 3, time: 3_000 }]]));

  expect(await mongoPositions(db).read()).toEqual(
    new Map([
      ['order:created', { sequence: 3, time: 3_000 }],
      ['order:updated', { sequence: 2, time: 2_000 }],
    ]),
  );
});
