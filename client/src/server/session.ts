import 'server-only';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { getTranslate } from '../i18n/server.ts';
import { signInPath } from '../lib/paths.ts';
import type { User } from '../lib/types.ts';
import { ApiError, getCurrentUser } from './api.ts';
import { sessionCookies } from './session-cookies.ts';

export type Visitor = { user: User | null; isKnown: boolean };

/** The visitor. While auth is unavailable there is no user, and `isKnown` is false. */
export const getVisitor = cache(async (): Promise<Visitor> => {
  const hasSession = (await sessionCookies()) !== undefined;
  if (!hasSession) return { user: null, isKnown: true };
  try {
    return { user: await getCurrentUser(), isKnown: true };
  } catch (error) {
    if (error instanceof ApiError) return { user: null, isKnown: false };
    throw error;
  }
});

/** The user, or a redirect to the sign-in page that returns to `path`. Throws ApiError while auth is unavailable. */
export async function requireUser(path: string): Promise<User> {
  const hasSession = (await sessionCookies()) !== undefined;
  const user = hasSession ? await getCurrentUser() : null;
  if (!user) redirect((await getTranslate()).path(signInPath(path)));
  return user;
}

/** The operator, or the not-found page, also for a guest: the console is not announced. Throws ApiError while auth is unavailable. */
export async function requireOperator(): Promise<User> {
  const hasSession = (await sessionCookies()) !== undefined;
  const user = hasSession ? await getCurrentUser() : null;
  if (user?.role !== 'operator') notFound();
  return user;
}
