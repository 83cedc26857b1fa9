import { inMemoryEventBus, silentLog } from '../testing.ts';
import { resync } from './resync.ts';

async function run(...args: string[]) {
  const bus = inMemoryEventBus();
  const [lines, errors]: string[][] = [[], []];
  const status = await resync(args, {
    openBus: () => Promise.resolve(bus),
    log: silentLog,
    print: (line) => void lines?.push(line),
    printError: (line) => void errors?.push(line),
  });
  return { status, published: bus.published, output: lines?.join('\n'), errors: errors?.join('\n') };
}

describe('resync', () => {
  it('requests what the named services copy', async () => {
    const { status, published, output } = await run('expiration', 'tickets');

    expect(status).toBe(0);
    expect(published).toMatchObject([
      {
        name: 'resync:requested',
        data: { subjects: expect.arrayContaining(['user:updated']), activeOnly: false },
      },
      {
        name: 'resync:requested',
        data: { subjects: ['order:created', 'order:updated', 'order:cancelled'], activeOnly: true },
      },
    ]);
    expect(output).toContain('expiration: requested order:created, order:updated, order:cancelled');
  });

  it('requests what every service copies with --all', async () => {
    expect((await run('--all')).published).toHaveLength(5);
  });

  it.each([
    ['without a service', [], 'Name services'],
    ['with a service and --all', ['tickets', '--all'], 'Name services'],
    ['with an unknown service', ['tickets', 'client'], 'Unknown service: client'],
    ['with an unknown option', ['--most'], '--most'],
  ])('prints the usage and returns 2 %s', async (_, args, problem) => {
    const { status, published, errors } = await run(...args);

    expect(status).toBe(2);
    expect(errors).toContain(problem);
    expect(errors).toContain('Usage: resync');
    expect(published).toEqual([]);
  });

  it('returns 1 when the broker does not answer', async () => {
    const bus = Object.assign(inMemoryEventBus(), { status: 'down' as const });
    const printError = jest.fn();

    const deps = {
      openBus: () => Promise.resolve(bus),
      log: silentLog,
      print: jest.fn(),
      printError,
      retryMs: 100,
    };
    expect(await resync(['orders'], deps)).toBe(1);

    expect(printError).toHaveBeenCalledWith('orders: not requested, because the broker does not answer');
  });
});
