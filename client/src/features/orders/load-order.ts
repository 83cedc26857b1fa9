import { notFound, redirect } from 'next/navigation';
import { getTranslate } from '../../i18n/server.ts';
import { signInPath } from '../../lib/paths.ts';
import type { Order, User } from '../../lib/types.ts';
import { type ApiError, tryRead, type ReadResult, getOrder } from '../../server/api.ts';
import { requireUser } from '../../server/session.ts';

export type LoadedOrder =
  { ok: true; user: User; order: Order } | { ok: false; error: ApiError; email: string | undefined };

/** The visitor's order. Redirects guests to the sign-in page; an unknown id is a 404. */
export async function loadOrder(id: string, path: string): Promise<LoadedOrder> {
  const signedIn: ReadResult<User> = await tryRead(requireUser(path));
  if (!signedIn.ok) return { ok: false, error: signedIn.error, email: undefined };
  const result = await tryRead(getOrder(id));
  if (!result.ok) {
    if (result.error.status === 401) redirect((await getTranslate()).path(signInPath(path)));
    return { ok: false, error: result.error, email: signedIn.value.email };
  }
  if (!result.value) notFound();
  return { ok: true, user: signedIn.value, order: result.value };
}
