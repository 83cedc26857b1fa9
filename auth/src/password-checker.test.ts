import { request, useService } from '../test/service.ts';

const service = useService({ queue: { concurrency: 1, queueLimit: 3 } });

describe('a full queue of passwords', () => {
  it('returns 503 overloaded to new sign-ups, and still serves those in the queue', async () => {
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        request(service.app)
          .post('/api/users/signup')
          .send({ email: `n${n}@example.com`, password: 'a plum tree in May' }),
      ),
    );

    const served = responses.filter(({ status }) => status === 201);
    const refused = responses.filter(({ status }) => status === 503);
    expect(served.length).toBeGreaterThanOrEqual(4);
    expect(refused.length).toBeGreaterThan(0);
    expect(served.length + refused.length).toBe(20);
    expect(refused[0]?.headers['retry-after']).toBe('1');
    expect(refused[0]?.body.errors[0].code).toBe('overloaded');
  });
});
