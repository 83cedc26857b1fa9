import { resumeReads, send, pauseReads, type ApiResponse } from './http.ts';
import { disconnectStreams } from './live.ts';

/**
 * Ends this session, or all of them. The page stops reading first: a read that the end overtook would be refused,
 * and the browser's console would say so.
 */
export async function signOut(scope: 'here' | 'everywhere'): Promise<ApiResponse<undefined>> {
  pauseReads();
  disconnectStreams();
  const response = await send<undefined>(
    'POST',
    scope === 'here' ? '/api/users/signout' : '/api/users/signout-everywhere',
    {},
  );
  if (!response.ok && response.status !== 401) resumeReads();
  return response;
}
