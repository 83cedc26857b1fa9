import { request, useService } from '../test/service.ts';
import { passwordGate } from './gate.ts';

const service = useService({ gate: passwordGate({ atOnce: 1, queue: 3 }) });

describe('more sign-ups than can wait', () => {
  it('are answered 503 at once, those that wait are served', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        request(service.app)
          .post('/api/users/signup')
          .send({ email: `n${n}@example.com`, password: 'a plum tree in May' }),
      ),
    );

    const served = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 503);
    expect(served.length).toBeGreaterThanOrEqual(4);
    expect(refused.length).toBeGreaterThan(0);
    expect(served.length + refused.length).toBe(20);
    expect(refused[0]?.headers['retry-after']).toBe('1');
    expect(refused[0]?.body.errors[0].code).toBe('overloaded');
  });
});
