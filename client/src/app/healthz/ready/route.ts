import { connection } from 'next/server';
import { readConfig } from '../../../server/config.ts';

/**
 * The client has no connections to wait for, so it is ready as soon as it is configured. Pages show an error state
 * when a service is unavailable.
 */
export async function GET(): Promise<Response> {
  await connection();
  readConfig();
  return Response.json({ status: 'ready' });
}
