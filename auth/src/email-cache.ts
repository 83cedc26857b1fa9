import { findUser } from './models/user.ts';

/** The e-mail addresses of users who were here lately, by user id: tokens do not have them. */
export type EmailCache = {
  get(userId: string): string | undefined;
  /** Reads the address from the database where needed. @returns undefined when there is no such user. */
  read(userId: string): Promise<string | undefined>;
};

/** Keeps up to `max` addresses; the oldest entry goes first. No entry becomes outdated: no route changes an address. */
export function createEmailCache(max = 10_000): EmailCache {
  const emails = new Map<string, string>();
  return {
    get: (userId) => emails.get(userId),
    async read(userId) {
      const email = emails.get(userId) ?? (await findUser({ _id: userId }))?.email;
      if (email === undefined || emails.has(userId)) return email;
      emails.set(userId, email);
      const [oldest] = emails.keys();
      if (emails.size > max && oldest !== undefined) emails.delete(oldest);
      return email;
    },
  };
}
