import { resumeReads, send, pauseReads, type ApiResponse } from './http.ts';
import { disconnectStreams } from './live.ts';
import { forgetEverything } from './user-storage.ts';

/**
 * Ends this session, or all of them, and removes what the browser stored. The page pauses its reads first: a read that
 * arrives after the sign-out would be rejected and logged as an error in the browser's console.
 */
export async function signOut(scope: 'here' | 'everywhere'): Promise<ApiResponse<undefined>> {
  pauseReads();
  disconnectStreams();
  const response = await send<undefined>(
    'POST',
    scope === 'here' ? '/api/users/signout' : '/api/users/signout-everywhere',
    {},
  );
  if (response.ok || response.status === 401) forgetEverything();
  else resumeReads();
  return response;
}
