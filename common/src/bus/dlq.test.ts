import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Mongoose } from 'mongoose';
import { startBroker } from '../../test/broker.ts';
import type { Broker, BrokerKind } from '../../test/broker.ts';
import { aBus, anEvent, closeBuses, collect } from '../../test/bus.ts';
import { mongoDeadLetterReader, mongoDeadLetters } from '../store/mongo-dead-letters.ts';
import { dlq } from './dlq.ts';
import type { DeadLetter } from '../event-bus.ts';
import { newId } from '../store/mongo.ts';
import { eventually, inMemoryEventBus, useTestDatabase } from '../testing.ts';

const db = new Mongoose();
let removeDatabase: () => Promise<void>;

beforeAll(async () => {
  removeDatabase = await useTestDatabase(db);
});
afterEach(() => db.connection.collection('deadletters').deleteMany());
afterAll(() => removeDatabase());

let number = 0;

/** Sets an event aside as a service does. */
async function aLetter(overrides: Partial<DeadLetter> = {}): Promise<DeadLetter> {
  const channel = 'expiration:complete';
  const letter = {
    id: `${channel}:${++number}`,
    channel,
    event: anEvent(),
    error: 'Error: odd',
    attempts: 11,
  };
  await mongoDeadLetters(db)({ ...letter, ...overrides });
  return { ...letter, ...overrides };
}

const kept = async () => (await mongoDeadLetterReader(db).read()).map(({ id }) => id);

/** The command in this process, on a bus without a broker; whoever is asked says `answer`. */
async function run(args: string[], { bus = inMemoryEventBus(), answer = '', patienceMs = 200 } = {}) {
  const said: string[] = [];
  const complaints: string[] = [];
  const code = await dlq(args, {
    openBox: () => Promise.resolve({ ...mongoDeadLetterReader(db), close: () => Promise.resolve() }),
    openBus: () => Promise.resolve(bus),
    ask: () => Promise.resolve(answer),
    say: (line) => void said.push(line),
    complain: (line) => void complaints.push(line),
    patienceMs,
  });
  return { code, said, complaints: complaints.join('\n'), published: bus.published };
}

describe('dlq', () => {
  it('lists what was set aside, the oldest first, one a line', async () => {
    const first = await aLetter({ error: 'Error: several\nlines \u001b[2J' });
    const second = await aLetter();

    const { code, said } = await run(['list']);

    expect(code).toBe(0);
    expect(said.map((line) => line.split('\t'))).toEqual([
      [first.id, expect.stringMatching(/^20/), '11', 'Error: several lines [2J'],
      [second.id, expect.stringMatching(/^20/), '11', 'Error: odd'],
    ]);
  });

  it('shows one with its event', async () => {
    await aLetter();
    const { id, event } = await aLetter();

    const { code, said } = await run(['show', id]);

    expect(code).toBe(0);
    expect(JSON.parse(said.join('\n'))).toMatchObject({ id, event: { ...(event as object) } });
  });

  it('publishes the named ones again, and removes these only', async () => {
    const [one, two, other] = [await aLetter(), await aLetter(), await aLetter()];

    const { code, published } = await run(['retry', one.id, two.id]);

    expect(code).toBe(0);
    expect(published.map(({ data }) => data)).toEqual(
      [one, two].map(({ event }) => (event as { data: unknown }).data),
    );
    expect(await kept()).toEqual([other.id]);
  });

  it('publishes all, and keeps and names what is no event', async () => {
    const poison = await aLetter({ event: 'not JSON' });
    const stray = await aLetter({ channel: 'order:created' });
    await aLetter();

    const { code, complaints, published } = await run(['retry', '--all']);

    expect(code).toBe(1);
    expect(published).toHaveLength(1);
    expect(complaints).toContain(`${poison.id} cannot be published`);
    expect(complaints).toContain('expected order:created, got expiration:complete');
    expect(await kept()).toEqual([poison.id, stray.id]);
  });

  it('keeps a letter whose event the broker did not take', async () => {
    const { id } = await aLetter();
    const bus = inMemoryEventBus();
    bus.status = 'down';

    const { code, complaints } = await run(['retry', id], { bus });

    expect(code).toBe(1);
    expect(complaints).toMatch(/broker/);
    expect(await kept()).toEqual([id]);
  });

  it('waits for a broker that is not there yet', async () => {
    const { id } = await aLetter();
    const bus = inMemoryEventBus();
    bus.status = 'down';
    const publish = jest.spyOn(bus, 'publish');
    const running = run(['retry', id], { bus, patienceMs: 10_000 });
    await eventually(() => publish.mock.calls.length > 1);

    bus.status = 'up';

    expect((await running).code).toBe(0);
    expect(await kept()).toEqual([]);
  });

  it('drops one when its id is given again, and nothing otherwise', async () => {
    const { id } = await aLetter();

    expect(await run(['drop', id], { answer: 'yes' })).toMatchObject({ code: 1 });
    expect(await kept()).toEqual([id]);
    expect(await run(['drop', id], { answer: `${id}\n` })).toMatchObject({
      code: 0,
      said: [`${id} dropped`],
    });
    expect(await kept()).toEqual([]);
  });

  it.each(['show', 'retry', 'drop'])('says of %s that there is no such letter', async (command) => {
    const { code, complaints } = await run([command, 'order:created:7'], { answer: 'order:created:7' });

    expect(code).toBe(1);
    expect(complaints).toBe('There is no dead letter order:created:7 here.');
  });

  it.each([
    ['', 'told what to do'],
    ['lst', 'no command lst'],
    ['show', 'show needs an id'],
    ['retry', 'retry needs an id'],
    ['drop a b', 'drop takes one id'],
    ['drop --all', '--all goes with retry'],
    ['retry a --all', '--all goes with retry'],
    ['list --jsn', '--jsn'],
  ])('does not understand "%s"', async (line, reason) => {
    const { code, complaints } = await run(line.split(' ').filter(Boolean));

    expect(code).toBe(2);
    expect(complaints).toContain(reason);
    expect(complaints).toContain('Usage: dlq');
  });

  it('explains itself without any store', async () => {
    expect(await program(['--help'], {})).toMatchObject({
      code: 0,
      said: expect.stringContaining('Usage: dlq'),
    });
    expect(await program(['list'], {})).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('MONGO_URI: is missing'),
    });
  });
});

/** The program itself, in a process of its own. */
async function program(args: string[], env: Record<string, string>, input = '') {
  const file = join(__dirname, 'dlq-program.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', file, ...args], {
    env: { PATH: process.env['PATH'], ...env },
  });
  child.stdin.end(input);
  const [said, complaints] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode, said, complaints };
}

describe.each<BrokerKind>(['nats-streaming', 'jetstream'])('the program, over %s', (kind) => {
  let broker: Broker;
  let env: Record<string, string>;

  beforeAll(async () => {
    broker = await startBroker(kind);
    env = {
      MONGO_URI: `${process.env['TEST_MONGO_URI']}/${db.connection.name}`,
      EVENT_BUS: kind,
      NATS_URL: broker.url,
      NATS_CLIENT_ID: `orders-${newId()}`,
    };
  });
  afterEach(closeBuses);
  afterAll(() => broker.stop());

  it('has an event handled that was set aside, and drops another', async () => {
    const bus = await aBus({ url: broker.url, eventBus: kind });
    const heard = collect(bus);
    await bus.ready();
    const [again, never] = [await aLetter(), await aLetter()];

    expect(await program(['retry', again.id], env)).toMatchObject({
      code: 0,
      said: `${again.id} published again\n`,
    });
    expect(await program(['drop', never.id], env, `${never.id}\n`)).toMatchObject({ code: 0 });

    await eventually(() => heard.length > 0);
    expect(heard).toEqual([(again.event as { id: string }).id]);
    expect(await kept()).toEqual([]);
  });
});
