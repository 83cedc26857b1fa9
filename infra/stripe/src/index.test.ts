import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { cleanUp, config, controlOf, errorOf, order, sdk, token } from '../test/fixture.ts';

const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await cleanUp();
});

function run(env: Record<string, string>) {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', path.join(__dirname, 'index.ts')],
    {
      cwd: path.join(__dirname, '..'),
      env: { PATH: process.env['PATH'], ...env },
    },
  );
  children.push(child);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
  return { child, output, exited: once(child, 'close') as Promise<[number | null, string | null]> };
}

async function started(env: Record<string, string>) {
  const program = run(env);
  while (!program.output.out.includes('\n')) {
    await Promise.race([
      once(program.child.stdout, 'data'),
      program.exited.then(() => Promise.reject(new Error(program.output.err))),
    ]);
  }
  const { url } = JSON.parse(program.output.out) as { url: string };
  return { ...program, url, stripe: sdk(url), control: controlOf(url) };
}

function environment(): Record<string, string> {
  return Object.fromEntries(Object.entries(config()).map(([name, value]) => [name, String(value)]));
}

describe('the emulator process', () => {
  it('keeps the response to an idempotency key and its effect after kill -9', async () => {
    const env = environment();
    const first = await started(env);
    const { id } = await first.stripe.paymentIntents.create(order, { idempotencyKey: 'create' });
    const authorized = await first.stripe.paymentIntents.confirm(id, token('tok_visa'), {
      idempotencyKey: 'confirm',
    });
    first.child.kill('SIGKILL');
    await first.exited;

    const second = await started(env);
    const replayed = await second.stripe.paymentIntents.confirm(id, token('tok_visa'), {
      idempotencyKey: 'confirm',
    });

    expect(replayed).toEqual(authorized);
    expect(replayed.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect(await second.control('GET', '/ledger')).toMatchObject([
      { id, status: 'requires_capture', holds: 1 },
    ]);
  });

  it('loses no idempotency key and repeats no effect when killed during a hundred payments', async () => {
    const env = environment();
    const first = await started(env);
    const create = (stripe: typeof first.stripe, n: number) =>
      stripe.paymentIntents.create(
        { ...order, confirm: true, payment_method: 'pm_card_visa' },
        { idempotencyKey: `k${n}` },
      );
    const keys = Array.from({ length: 100 }, (_, n) => n);
    let responses = 0;
    const before = keys.map(async (n) => {
      const intent = await create(first.stripe, n).catch(() => undefined);
      if (intent && ++responses === 30) first.child.kill('SIGKILL');
      return intent;
    });
    const acknowledged = await Promise.all(before);

    const second = await started(env);
    const after = await Promise.all(keys.map((n) => create(second.stripe, n)));

    expect(acknowledged.filter(Boolean).length).toBeGreaterThanOrEqual(30);
    acknowledged.forEach((intent, n) => expect(intent?.id ?? after[n]?.id).toBe(after[n]?.id));
    const ledger = await second.control<{ holds: number }[]>('GET', '/ledger');
    expect(ledger).toHaveLength(100);
    expect(ledger.every(({ holds }) => holds === 1)).toBe(true);
  });

  it('has no effect when killed before the bank responds', async () => {
    const env = environment();
    const first = await started(env);
    const { id } = await first.stripe.paymentIntents.create(order);
    const confirm = errorOf(
      first.stripe.paymentIntents.confirm(id, token('tok_slowBank'), { idempotencyKey: 'k' }),
    );
    await first.stripe.paymentIntents.retrieve(id);
    first.child.kill('SIGKILL');
    await confirm;

    const second = await started(env);

    expect(await second.control('GET', '/ledger')).toMatchObject([
      { id, status: 'requires_payment_method', holds: 0 },
    ]);
    expect(
      await second.stripe.paymentIntents.confirm(id, token('tok_visa'), { idempotencyKey: 'k' }),
    ).toMatchObject({
      status: 'requires_capture',
    });
  });

  it('finishes the request in flight on SIGTERM and exits with 0', async () => {
    const program = await started(environment());
    await program.control('POST', '/faults', { operation: 'create', latencyMs: 500 });
    const creating = program.stripe.paymentIntents.create(order);
    await program.control('GET', '/ledger');

    program.child.kill('SIGTERM');

    expect((await creating).status).toBe('requires_payment_method');
    expect(await program.exited).toEqual([0, null]);
  });

  it('prints every invalid variable and exits with 1', async () => {
    const program = run({ PORT: 'many', WEBHOOK_URL: 'nowhere', STATE_FILE: '/tmp/unused' });

    expect(await program.exited).toEqual([1, null]);
    for (const name of ['PORT', 'STRIPE_KEY', 'STRIPE_WEBHOOK_SECRET', 'WEBHOOK_URL', 'PUBLIC_ORIGIN']) {
      expect(program.output.err).toContain(`${name}: `);
    }
    expect(program.output.err).not.toContain('STATE_FILE');
  });

  it('returns 200 from /healthz/live and /healthz/ready', async () => {
    const { url } = await started(environment());

    expect((await fetch(`${url}/healthz/live`)).status).toBe(200);
    expect((await fetch(`${url}/healthz/ready`)).status).toBe(200);
  });
});
