import { readContacts, securityTxt } from './security-txt.ts';

const expires = new Date('2027-06-01T00:00:00Z');
const contact = { contacts: ['mailto:security@tickets.example', 'https://tickets.example/report'], expires };

describe('securityTxt', () => {
  it('has the contacts in order, the expiry and the canonical address', () => {
    const now = new Date('2027-05-31T23:59:59Z');
    expect(securityTxt(contact, 'https://tickets.example', now)).toBe(
      [
        'Contact: mailto:security@tickets.example',
        'Contact: https://tickets.example/report',
        'Expires: 2027-06-01T00:00:00.000Z',
        'Preferred-Languages: en',
        'Canonical: https://tickets.example/.well-known/security.txt',
        '',
      ].join('\n'),
    );
  });

  it('is undefined from the moment it expires', () => {
    expect(securityTxt(contact, undefined, new Date('2027-06-01T00:00:00Z'))).toBeUndefined();
  });
});

describe('readContacts', () => {
  it('reads several addresses', () => {
    expect(readContacts('mailto:a@b.example, tel:+49-30-1,https://b.example')).toEqual([
      'mailto:a@b.example',
      'tel:+49-30-1',
      'https://b.example',
    ]);
  });

  it.each(['a@b.example', 'http://b.example', 'mailto:a@b.example\nX: y', ''])('rejects %j', (text) => {
    expect(() => readContacts(text)).toThrow();
  });
});
