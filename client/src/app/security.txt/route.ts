import { connection } from 'next/server';
import { readConfig } from '../../server/config.ts';
import { securityTxt } from '../../server/security-txt.ts';

/** `/.well-known/security.txt` leads here (next.config.ts). 404 without a contact, or after it has expired. */
export async function GET(): Promise<Response> {
  await connection();
  const { securityContact, publicOrigin } = readConfig();
  const text = securityContact && securityTxt(securityContact, publicOrigin, new Date());
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  if (!text) return new Response('Not found\n', { status: 404, headers });
  return new Response(text, { headers: { ...headers, 'cache-control': 'public, max-age=3600' } });
}
