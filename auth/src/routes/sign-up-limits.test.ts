import { newId } from '@ticketing/common';
import { aRegisteredUser, password, request, useService } from '../../test/service.ts';
import { User } from '../models/user.ts';

const service = useService({ trustProxy: 1, signUps: { network: 3, all: 5, seconds: 600 } });

function post(path: 'signup' | 'signin', address: string, email = `${newId()}@example.com`) {
  return request(service.app)
    .post(`/api/users/${path}`)
    .set('X-Forwarded-For', address)
    .send({ email, password });
}

describe('POST /api/users/signup, above the limits', () => {
  it('returns 429 rate_limited to a network, then to all, creates no account, and leaves sign-in working', async () => {
    const user = await aRegisteredUser();
    for (const host of [1, 2, 3]) await post('signup', `192.0.2.${host}`).expect(201);

    const email = `${newId()}@example.com`;
    const { headers, body } = await post('signup', '192.0.2.4', email).expect(429);

    expect(Number(headers['retry-after'])).toBeGreaterThan(9 * 60);
    expect(body.errors[0].code).toBe('rate_limited');
    expect(await User.findOne({ email })).toBeNull();
    for (const host of [1, 2]) await post('signup', `2001:db8:0:1${host}00::1`).expect(201);
    await post('signup', '2001:db8:0:1300::1').expect(429);
    await post('signin', '192.0.2.4', user.email).expect(200);
  });
});
