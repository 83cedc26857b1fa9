import type { MetadataRoute } from 'next';
import { connection } from 'next/server';
import { tryRead, listTickets } from '../server/api.ts';
import { readConfig } from '../server/config.ts';

const PAGES = [
  '/',
  '/tickets',
  '/how-it-works',
  '/fees',
  '/protection',
  '/accessibility',
  '/legal/terms',
  '/legal/privacy',
];

export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  await connection();
  const origin = readConfig().publicOrigin ?? 'http://localhost:3000';
  const tickets = await tryRead(listTickets(new URLSearchParams({ limit: '100' })));
  return [
    ...PAGES.map((path) => ({ url: `${origin}${path}` })),
    ...(tickets.ok ? tickets.value.items : []).map(({ id, updatedAt }) => ({
      url: `${origin}/tickets/${id}`,
      lastModified: updatedAt,
    })),
  ];
}
