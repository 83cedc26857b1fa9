import type { MetadataRoute } from 'next';
import { connection } from 'next/server';
import { localPath, locales } from '../i18n/locales.ts';
import { tryRead, getPaymentConfig } from '../server/api.ts';
import { readConfig } from '../server/config.ts';

const PRIVATE = ['/checkout/', '/orders', '/sell', '/account', '/auth/'];

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
      disallow: ['/api/', ...locales.flatMap((locale) => PRIVATE.map((path) => localPath(locale, path)))],
    },
    ...(publicOrigin && { sitemap: `${publicOrigin}/sitemap.xml` }),
  };
}
