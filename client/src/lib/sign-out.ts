import { allowReads, send, stopReads, type Reply } from './http.ts';
import { dropStreams } from './live.ts';

/**
 * Ends this session, or all of them. The page stops reading first: a read that the end overtook would be refused,
 * and the browser's console would say so.
 */
export async function signOut(scope: 'here' | 'everywhere'): Promise<Reply<undefined>> {
  stopReads();
  dropStreams();
  const reply = await send<undefined>(
    'POST',
    scope === 'here' ? '/api/users/signout' : '/api/users/signout-everywhere',
    {},
  );
  if (!reply.ok && reply.status !== 401) allowReads();
  return reply;
}
