import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { mockApi } from '../../test/api.ts';
import { readErrors, sentenceOf } from './error-sentences.ts';
import { send } from './http.ts';
import { english } from '../i18n/translate.ts';

type Schema = {
  properties?: Record<string, Schema>;
  enum?: string[];
  in?: string;
  name?: string;
  $ref?: string;
};

const file = path.join(__dirname, '../../../docs/openapi.yaml');
const contract = parse(readFileSync(file, 'utf8')) as {
  components: { schemas: Record<string, Schema>; requestBodies: Record<string, Schema> };
};
const RAW = 'raw text of a service';

/** The names of the fields of all bodies and queries that a request of a user may have. */
function requestFields(node: unknown, isRequest = false): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties, in: place, name, $ref } = node as Schema;
  const [, schema] = /^#\/components\/schemas\/(\w+)$/.exec($ref ?? '') ?? [];
  if (isRequest && schema) return requestFields(contract.components.schemas[schema], true);
  const own = isRequest ? Object.keys(properties ?? {}) : place === 'query' && name ? [name] : [];
  const below = Object.entries(node)
    .filter(([key]) => !key.includes('/admin/') && key !== 'responses')
    .flatMap(([key, value]) => requestFields(value, isRequest || /^request(Body|Bodies)$/.test(key)));
  return [...own, ...below];
}

const messageOf = (error: object) =>
  readErrors(english, { errors: [{ message: RAW, ...error }] }, 400).errors[0]?.message;

describe('the sentences for errors', () => {
  it('exist for every code of the contract', () => {
    const codes = contract.components.schemas['ErrorCode']?.enum ?? [];
    expect(codes.length).toBeGreaterThan(60);
    expect(codes.filter((code) => sentenceOf(english, code) === undefined)).toEqual([]);
  });

  it('exist for every field that a request can have', () => {
    const fields = new Set(requestFields(contract));
    expect([...fields]).toEqual(expect.arrayContaining(['title', 'email', 'min', 'token']));
    expect([...fields].filter((field) => /went wrong \(/.test(messageOf({ field }) ?? ''))).toEqual([]);
  });

  it('never show the text of a service, and keep the code and the field', () => {
    for (const error of [
      {},
      { code: 'new_code' },
      { code: 'toString' },
      { field: 'valueOf' },
      { field: 'title' },
    ])
      expect(messageOf(error)).not.toContain(RAW);
    expect(
      readErrors(english, { errors: [{ message: RAW, field: 'title', code: 'x' }] }, 400).errors,
    ).toEqual([
      { message: 'Enter a title of at most 200 characters, in plain text', field: 'title', code: 'x' },
    ]);
    expect(readErrors(english, '<html>', 502).errors).toEqual([
      { message: 'Something went wrong (502). Try again.' },
    ]);
  });

  it('are plain sentences', () => {
    for (const code of contract.components.schemas['ErrorCode']?.enum ?? [])
      expect(sentenceOf(english, code)).toMatch(/^[A-Z][^_{}]{8,110}[.]$/);
  });

  it('say when to try again after too many requests, passwords or cards', async () => {
    const limited = (code: string, endsAt: string) => ({
      status: 429,
      body: { errors: [{ message: RAW, code, endsAt, serverNow: '2026-11-28T12:00:00.000Z' }] },
    });
    mockApi({
      'POST /a': limited('rate_limited', '2026-11-28T12:00:40.000Z'),
      'POST /b': limited('card_attempts', '2026-11-28T12:58:01.000Z'),
      'POST /c': limited('locked_out', '2026-11-28T12:13:30.000Z'),
      'POST /d': limited('cooldown', '2026-11-28T12:13:30.000Z'),
    });
    const message = async (path: string) => (await send('POST', path)).errors[0]?.message;

    expect(await message('/a')).toBe(
      'You, or others on your network, did this very often. Try again in 1 min.',
    );
    expect(await message('/b')).toBe('Too many cards were declined. Try again in 59 min.');
    expect(await message('/c')).toBe('Too many wrong passwords. Try again in 14 min.');
    expect(await message('/d')).not.toContain('min.');
  });
});
