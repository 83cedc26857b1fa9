import { securityHeaders } from './security-headers.ts';

describe('securityHeaders', () => {
  it('require https for a year where the shop has an https address', () => {
    expect(securityHeaders('https://tickets.example')).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each(['http://localhost:3000', undefined])('do not require https at the address %s', (origin) => {
    expect(securityHeaders(origin)).not.toHaveProperty('strict-transport-security');
  });
});
