'use client';

import NextLink from 'next/link';
import type { ComponentProps } from 'react';
import { useTranslate } from '../i18n/translate-provider.tsx';

/** A link to a page of this site, in the language of this page. */
export function Link({ href, ...props }: Omit<ComponentProps<typeof NextLink>, 'href'> & { href: string }) {
  return <NextLink href={useTranslate().path(href)} {...props} />;
}
