/** How to report a vulnerability; after `expires` the contacts may be outdated. */
export type SecurityContact = { contacts: string[]; expires: Date };

const contactUri = /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+|tel:\+[\d-]+)$/;

/** Reads `mailto:`, `https:` and `tel:` addresses separated by commas, the preferred one first. Throws on any other. */
export function readContacts(text: string): string[] {
  const contacts = text.split(',').map((contact) => contact.trim());
  if (!contacts.every((contact) => contactUri.test(contact))) throw new Error('not a contact');
  return contacts;
}

export function hasExpired({ expires }: SecurityContact, now: Date): boolean {
  return expires <= now;
}

/** The text of `/.well-known/security.txt` (RFC 9116). Undefined once it has expired: an outdated contact is worse than none. */
export function securityTxt(
  contact: SecurityContact,
  publicOrigin: string | undefined,
  now: Date,
): string | undefined {
  if (hasExpired(contact, now)) return undefined;
  const lines = [
    ...contact.contacts.map((uri) => `Contact: ${uri}`),
    `Expires: ${contact.expires.toISOString()}`,
    'Preferred-Languages: en',
    ...(publicOrigin ? [`Canonical: ${new URL('/.well-known/security.txt', publicOrigin).href}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
