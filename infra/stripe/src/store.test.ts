import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { cleanUp, config } from '../test/fixture.ts';
import { create } from './intents.ts';
import { openStore } from './store.ts';

afterEach(cleanUp);

function anIntent() {
  return create({ amount: 1999, currency: 'usd', capture_method: 'manual', metadata: {} }, {}).intent;
}

function aKey(key: string, at = Date.now()) {
  return {
    key,
    path: '/v1/refunds',
    fingerprint: 'f',
    at,
    status: 200,
    body: { id: 're_1' },
    requestId: 'req_1',
  };
}

describe('the journal', () => {
  it('restores committed objects in order', async () => {
    const { STATE_FILE: file } = config();
    const [first, second] = [anIntent(), anIntent()];
    const store = openStore(file);
    await Promise.all([store.commit({ intent: first, key: aKey('k') }), store.commit({ intent: second })]);
    await store.commit({ intent: { ...first, status: 'canceled' } });
    await store.close();

    const again = openStore(file);

    expect([...again.intents.values()]).toEqual([{ ...first, status: 'canceled' }, second]);
    expect(again.keys.get('k')).toEqual(aKey('k', again.keys.get('k')?.at));
    await again.close();
  });

  it('restores what a killed process appended', async () => {
    const { STATE_FILE: file } = config();
    const intent = anIntent();
    const killed = openStore(file);
    killed.append({ intent });

    const again = openStore(file);

    expect([...again.intents.values()]).toEqual([intent]);
    await Promise.all([killed.close(), again.close()]);
  });

  it('skips a last line that was only partly written', async () => {
    const { STATE_FILE: file } = config();
    const whole = anIntent();
    const store = openStore(file);
    await store.commit({ intent: whole });
    await store.close();
    const line = readFileSync(file, 'utf8');
    appendFileSync(file, JSON.stringify({ intent: anIntent(), key: aKey('k') }).slice(0, -20));

    const again = openStore(file);
    const next = anIntent();
    await again.commit({ intent: next });
    await again.close();

    expect([...again.intents.keys()]).toEqual([whole.id, next.id]);
    expect(again.keys.size).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(`${line}${JSON.stringify({ intent: next })}\n`);
  });

  it('throws for a damaged line in the middle', () => {
    const { STATE_FILE: file } = config();
    writeFileSync(file, `{"intent":\n${JSON.stringify({ intent: anIntent() })}\n`);

    expect(() => openStore(file)).toThrow(/line 1 is damaged/);
  });

  it('drops idempotency keys after a day', async () => {
    const { STATE_FILE: file } = config();
    const store = openStore(file);
    await store.commit({ key: aKey('old', Date.now() - 25 * 60 * 60 * 1000) });
    await store.commit({ key: aKey('young', Date.now() - 23 * 60 * 60 * 1000) });
    await store.close();

    const again = openStore(file);

    expect([...again.keys.keys()]).toEqual(['young']);
    await again.close();
  });

  it('has one line per object after a restart', async () => {
    const { STATE_FILE: file } = config();
    const intent = anIntent();
    const store = openStore(file);
    for (let n = 0; n < 10; n++) await store.commit({ intent: { ...intent, amount: n } });
    await store.close();

    await openStore(file).close();

    expect(readFileSync(file, 'utf8')).toBe(`${JSON.stringify({ intent: { ...intent, amount: 9 } })}\n`);
  });
});
