import { generateKeyPairSync } from 'node:crypto';
import express from 'express';
import request from 'supertest';
import { createDevices } from './devices.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const devices = createDevices(privateKey, false);
const ann = { _id: 'ann', sessionVersion: 0 };

/** The Set-Cookie header of a response that remembers the user. */
async function setCookie(user = ann, cookie = '', from = devices): Promise<string> {
  const app = express()
    .use(from.middleware)
    .get('/', (req, res) => {
      from.remember(req, user);
      res.end();
    });
  const response = await request(app).get('/').set('Cookie', cookie);
  return response.headers['set-cookie']?.[0] ?? '';
}

const remembered = async (user = ann, cookie = '') => (await setCookie(user, cookie)).split(';')[0] ?? '';

describe('createDevices', () => {
  it('sets a cookie for a year that scripts cannot read and that shows no account', async () => {
    const header = await setCookie();

    expect(header).toMatch(
      /^encore-device=[\w-]{22}\.[\w-]{22}; Max-Age=31536000; Path=\/; .*HttpOnly; SameSite=Lax$/,
    );
    expect(header).not.toContain('ann');
  });

  it('names the cookie __Host-device and makes it Secure where cookies are', async () => {
    const header = await setCookie(ann, '', createDevices(privateKey, true));

    expect(header).toMatch(/^__Host-device=/);
    expect(header).toContain('; Secure');
  });

  it('knows a device that remembers the account', async () => {
    expect(devices.knows(devices.read(`a=b; ${await remembered()}; c=d`), ann)).toBe(true);
  });

  it('knows no device for another account, after all sessions ended, or by the cookie of another key', async () => {
    const device = devices.read(await remembered());
    const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

    expect(devices.knows(device, { ...ann, _id: 'bo' })).toBe(false);
    expect(devices.knows(device, { ...ann, sessionVersion: 1 })).toBe(false);
    expect(createDevices(otherKey, false).knows(device, ann)).toBe(false);
    expect(devices.knows(undefined, ann)).toBe(false);
  });

  it.each([
    ['no cookie', undefined],
    ['an empty cookie', 'encore-device='],
    ['a cookie without a proof', `encore-device=${'a'.repeat(22)}`],
    ['an operator', 'encore-device={"$ne":1}'],
    ['a cookie with too many proofs', `encore-device=${Array(7).fill('a'.repeat(22)).join('.')}`],
  ])('reads no device from %s', (_what, cookies) => {
    expect(devices.read(cookies)).toBeUndefined();
  });

  it('remembers the last five accounts of a device under one id', async () => {
    const users = ['a', 'b', 'c', 'd', 'e', 'f', 'a'].map((_id) => ({ _id, sessionVersion: 0 }));
    let cookie = '';
    const ids = new Set<string>();
    for (const user of users) {
      cookie = await remembered(user, cookie);
      ids.add(devices.read(cookie)?.id ?? '');
    }

    const known = users.slice(0, 6).filter((user) => devices.knows(devices.read(cookie), user));
    expect(known.map(({ _id }) => _id)).toEqual(['a', 'c', 'd', 'e', 'f'].sort());
    expect(ids.size).toBe(1);
  });
});
