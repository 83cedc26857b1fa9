import { connection } from 'next/server';
import { readConfig } from '../../../server/config.ts';

/** The client keeps nothing and connects on demand: configured is ready. Services that are away show on the pages. */
export async function GET(): Promise<Response> {
  await connection();
  readConfig();
  return Response.json({ status: 'ready' });
}
