import { claimsOf, password, request, useService } from '../test/service.ts';

const service = useService({ cookieSecure: true, trustProxy: 1 });

describe('with COOKIE_SECURE', () => {
  it('sets a secure cookie behind a proxy that terminates TLS', async () => {
    const response = await request(service.app)
      .post('/api/users/signup')
      .set('X-Forwarded-Proto', 'https')
      .send({ email: 'tls@example.com', password })
      .expect(201);

    expect(response.headers['set-cookie']?.[0]).toMatch(
      /^__Host-session=[^;]+; path=\/; .*; secure; httponly$/,
    );
    expect(response.headers['set-cookie']?.[0]).not.toMatch(/domain/i);
    expect(claimsOf(response).sub).toBe(response.body.id);
  });

  it('returns 400 https_required over plain HTTP', async () => {
    for (const path of ['signup', 'signin']) {
      const response = await request(service.app)
        .post(`/api/users/${path}`)
        .send({ email: 'plain@example.com', password })
        .expect(400);
      expect(response.body.errors[0].code).toBe('https_required');
    }
  });
});
