'use client';

import { Link } from '../../ui/link.tsx';
import { usePathname } from 'next/navigation';
import { barePath } from '../../i18n/locales.ts';
import type { ReactNode } from 'react';
import { PendingHint } from '../../ui/pending-hint.tsx';

type Props = { href: string; className?: string; children: ReactNode };

/** A link of the header, the menu or the bottom bar: marks the current section, and closes the menu it is in. */
export function NavLink({ href, className, children }: Props) {
  const path = barePath(usePathname());
  const isCurrent = path.startsWith(href) || (href === '/tickets' && path === '/');
  return (
    <Link
      className={className}
      href={href}
      prefetch={false}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={() => document.getElementById('menu')?.hidePopover()}
    >
      {children}
      <PendingHint />
    </Link>
  );
}
