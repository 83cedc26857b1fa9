import type { MetadataRoute } from 'next';
import { connection } from 'next/server';
import { tryRead, getPaymentConfig } from '../server/api.ts';
import { readConfig } from '../server/config.ts';

/** Search engines must not index a shop in test mode. */
export default async function robots(): Promise<MetadataRoute.Robots> {
  await connection();
  const { publicOrigin } = readConfig();
  const payments = await tryRead(getPaymentConfig());
  if (!payments.ok || payments.value.provider === 'emulator')
    return { rules: { userAgent: '*', disallow: '/' } };
  return {
    rules: {
      userAgent: '*',
      allow: '/',
      disallow: ['/api/', '/checkout/', '/orders', '/sell', '/account', '/auth/'],
    },
    ...(publicOrigin && { sitemap: `${publicOrigin}/sitemap.xml` }),
  };
}
