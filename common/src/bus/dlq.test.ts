import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Mongoose } from 'mongoose';
import {
  brokerUrlFor,
  brokerUsersConfig,
  newBrokerPasswords,
} from '../../../infra/local/src/broker-users.ts';
import type { Broker, BrokerKind } from '../../test/broker.ts';
import { startBroker } from '../../test/broker.ts';
import { aBus, anEvent, closeBuses, collect } from '../../test/bus.ts';
import type { DeadLetter } from '../event-bus.ts';
import { newId } from '../store/mongo.ts';
import { mongoDeadLetters } from '../store/mongo-dead-letters.ts';
import { eventually, inMemoryEventBus, useTestDatabase } from '../testing.ts';
import { dlq } from './dlq.ts';

const db = new Mongoose();
let removeDatabase: () => Promise<void>;

beforeAll(async () => {
  removeDatabase = await useTestDatabase(db);
});
afterEach(() => db.connection.collection('deadletters').deleteMany());
afterAll(() => removeDatabase());

let number = 0;

/** Stores a dead letter as a service does. */
async function aDeadLetter(overrides: Partial<DeadLetter> = {}): Promise<DeadLetter> {
  const channel = 'expiration:complete';
  const deadLetter = {
    id: `${channel}:${++number}`,
    channel,
    event: anEvent(),
    error: 'Error: odd',
    attempts: 11,
  };
  await mongoDeadLetters(db).put({ ...deadLetter, ...overrides });
  return { ...deadLetter, ...overrides };
}

const storedDeadLetters = async () => (await mongoDeadLetters(db).read()).map(({ id }) => id);

/** Runs the command in this process, on a bus without a broker; `answer` is the operator's input to a prompt. */
async function run(args: string[], { bus = inMemoryEventBus(), answer = '', retryMs = 200 } = {}) {
  const output: string[] = [];
  const errors: string[] = [];
  const code = await dlq(args, {
    openReader: () => Promise.resolve({ ...mongoDeadLetters(db), close: () => Promise.resolve() }),
    openBus: () => Promise.resolve(bus),
    prompt: () => Promise.resolve(answer),
    print: (line) => void output.push(line),
    printError: (line) => void errors.push(line),
    retryMs,
  });
  return { code, output, errors: errors.join('\n'), published: bus.published };
}

describe('dlq', () => {
  it('lists the dead letters, the oldest first, one per line', async () => {
    const first = await aDeadLetter({ error: 'Error: several\nlines \u001b[2J' });
    const second = await aDeadLetter();

    const { code, output } = await run(['list']);

    expect(code).toBe(0);
    expect(output.map((line) => line.split('\t'))).toEqual([
      [first.id, expect.stringMatching(/^20/), '11', 'Error: several lines [2J'],
      [second.id, expect.stringMatching(/^20/), '11', 'Error: odd'],
    ]);
  });

  it('shows one dead letter with its event as JSON', async () => {
    await aDeadLetter();
    const { id, event } = await aDeadLetter();

    const { code, output } = await run(['show', id]);

    expect(code).toBe(0);
    expect(JSON.parse(output.join('\n'))).toMatchObject({ id, event: { ...(event as object) } });
  });

  it('retry <id>… publishes the events of these dead letters and deletes only them', async () => {
    const [one, two, other] = [await aDeadLetter(), await aDeadLetter(), await aDeadLetter()];

    const { code, published } = await run(['retry', one.id, two.id]);

    expect(code).toBe(0);
    expect(published.map(({ data }) => data)).toEqual(
      [one, two].map(({ event }) => (event as { data: unknown }).data),
    );
    expect(await storedDeadLetters()).toEqual([other.id]);
  });

  it('retry --all publishes every event, and keeps and names the dead letters without a valid one', async () => {
    const poison = await aDeadLetter({ event: 'not JSON' });
    const stray = await aDeadLetter({ channel: 'order:created' });
    await aDeadLetter();

    const { code, errors, published } = await run(['retry', '--all']);

    expect(code).toBe(1);
    expect(published).toHaveLength(1);
    expect(errors).toContain(`${poison.id} cannot be published`);
    expect(errors).toContain('expected order:created, got expiration:complete');
    expect(await storedDeadLetters()).toEqual([poison.id, stray.id]);
  });

  it('retry publishes an event of a later version with the fields that this version does not know', async () => {
    const event = anEvent();
    const later = { ...event, data: { ...event.data, reason: 'overdue' } };
    await aDeadLetter({ event: later });

    const { code, published } = await run(['retry', '--all']);

    expect(code).toBe(0);
    expect(published).toEqual([{ name: event.type, data: later.data }]);
  });

  it('retry keeps a dead letter whose event the broker did not store', async () => {
    const { id } = await aDeadLetter();
    const bus = inMemoryEventBus();
    bus.status = 'down';

    const { code, errors } = await run(['retry', id], { bus });

    expect(code).toBe(1);
    expect(errors).toMatch(/broker/);
    expect(await storedDeadLetters()).toEqual([id]);
  });

  it('retry waits while the broker is unavailable', async () => {
    const { id } = await aDeadLetter();
    const bus = inMemoryEventBus();
    bus.status = 'down';
    const publish = jest.spyOn(bus, 'publish');
    const running = run(['retry', id], { bus, retryMs: 10_000 });
    await eventually(() => publish.mock.calls.length > 1);

    bus.status = 'up';

    expect((await running).code).toBe(0);
    expect(await storedDeadLetters()).toEqual([]);
  });

  it('drop deletes a dead letter only when its id is typed again', async () => {
    const { id } = await aDeadLetter();

    expect(await run(['drop', id], { answer: 'yes' })).toMatchObject({ code: 1 });
    expect(await storedDeadLetters()).toEqual([id]);
    expect(await run(['drop', id], { answer: `${id}\n` })).toMatchObject({
      code: 0,
      output: [`${id} deleted`],
    });
    expect(await storedDeadLetters()).toEqual([]);
  });

  it.each(['show', 'retry', 'drop'])('%s reports that no dead letter has the id', async (command) => {
    const { code, errors } = await run([command, 'order:created:7'], { answer: 'order:created:7' });

    expect(code).toBe(1);
    expect(errors).toBe('No dead letter with id order:created:7.');
  });

  it.each([
    ['', 'No command given'],
    ['lst', 'Unknown command: lst'],
    ['show', 'show requires an id'],
    ['retry', 'retry requires an id'],
    ['drop a b', 'drop takes one id'],
    ['drop --all', '--all is only allowed with retry'],
    ['drop a --operator', '--operator is only allowed with retry'],
    ['retry a --all', '--all is only allowed with retry'],
    ['list --jsn', '--jsn'],
  ])('rejects the command line "%s" with the usage', async (line, reason) => {
    const { code, errors } = await run(line.split(' ').filter(Boolean));

    expect(code).toBe(2);
    expect(errors).toContain(reason);
    expect(errors).toContain('Usage: dlq');
  });

  it('prints the usage without connecting to a store', async () => {
    expect(await program(['--help'], {})).toMatchObject({
      code: 0,
      output: expect.stringContaining('Usage: dlq'),
    });
    expect(await program(['list'], {})).toMatchObject({
      code: 1,
      errors: expect.stringContaining('MONGO_URI: is missing'),
    });
  });
});

/** Runs the program in its own process. */
async function program(args: string[], env: Record<string, string>, input = '') {
  const file = join(__dirname, 'dlq-program.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', file, ...args], {
    env: { PATH: process.env['PATH'], ...env },
  });
  child.stdin.end(input);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, output, errors };
}

describe.each<BrokerKind>(['nats-streaming', 'jetstream'])('the dlq program over %s', (kind) => {
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

  it('has the event of one dead letter handled, and deletes another', async () => {
    const bus = await aBus({ url: broker.url, eventBus: kind });
    const received = collect(bus);
    await bus.ready();
    const [retried, dropped] = [await aDeadLetter(), await aDeadLetter()];

    expect(await program(['retry', retried.id], env)).toMatchObject({
      code: 0,
      output: `${retried.id} published again\n`,
    });
    expect(await program(['drop', dropped.id], env, `${dropped.id}\n`)).toMatchObject({ code: 0 });

    await eventually(() => received.length > 0);
    expect(received).toEqual([(retried.event as { id: string }).id]);
    expect(await storedDeadLetters()).toEqual([]);
  });

  it('publishes the event of another service as the operator, with the password from standard input', async () => {
    const passwords = newBrokerPasswords();
    const users = brokerUsersConfig(kind, (user) => JSON.stringify(passwords[user]));
    const restricted = await startBroker(kind, { users });
    try {
      const own = { ...env, NATS_URL: brokerUrlFor(restricted.url, 'orders', passwords) };
      const { id } = await aDeadLetter();

      expect(await program(['retry', id], own)).toMatchObject({
        code: 1,
        errors: expect.stringContaining(`${id} is an event of another service: see --operator.`),
      });
      expect(await program(['retry', id, '--operator'], own, `${passwords.operator}\n`)).toMatchObject({
        code: 0,
        output: `${id} published again\n`,
      });
      expect(await storedDeadLetters()).toEqual([]);
    } finally {
      await restricted.stop();
    }
  });
});
