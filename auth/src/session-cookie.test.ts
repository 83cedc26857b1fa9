import { claimsOf, password, request, useService } from '../test/service.ts';

const service = useService({ cookieSecure: true, trustProxy: 1 });

describe('a secure cookie', () => {
  it('is set behind a proxy that ends TLS', async () => {
    const response = await request(service.app)
      .post('/api/users/signup')
      .set('X-Forwarded-Proto', 'https')
      .send({ email: 'tls@example.com', password })
      .expect(201);

    expect(response.headers['set-cookie']?.[0]).toMatch(/; secure; httponly$/);
    expect(claimsOf(response).email).toBe('tls@example.com');
  });

  it('is asked for over HTTPS only, rather than left out without a word', async () => {
    for (const path of ['signup', 'signin']) {
      const response = await request(service.app)
        .post(`/api/users/${path}`)
        .send({ email: 'plain@example.com', password })
        .expect(400);
      expect(response.body.errors[0].code).toBe('https_required');
    }
  });
});
