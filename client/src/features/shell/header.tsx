'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { PendingHint } from '../../ui/pending-hint.tsx';
import { SignOutButton } from './sign-out-button.tsx';
import { ThemeChoice, type Theme } from './theme-choice.tsx';

type Props = { logo: ReactNode; email: string | undefined; isKnown: boolean; theme: Theme };

function closeMenu() {
  document.getElementById('menu')?.hidePopover();
}

export function Header({ logo, email, isKnown, theme }: Props) {
  const path = usePathname();
  const current = (href: string) =>
    path.startsWith(href) || (href === '/tickets' && path === '/') ? 'page' : undefined;
  return (
    <header className={path === '/' ? 'head head--stock' : 'head'}>
      <div className="wrap">
        <Link className="logo" href="/" aria-label="Encore, home">
          {logo}
        </Link>
        <nav className="nav" aria-label="Main">
          <Link className="wide" href="/tickets" prefetch={false} aria-current={current('/tickets')}>
            <span>Browse</span>
            <PendingHint />
          </Link>
          <Link className="wide" href="/sell" prefetch={false} aria-current={current('/sell')}>
            <span>Sell</span>
            <PendingHint />
          </Link>
          <Link className="wide" href="/orders" prefetch={false} aria-current={current('/orders')}>
            <span>Orders</span>
            <PendingHint />
          </Link>
          {!email && (
            <Link href="/auth/signin" prefetch={false} aria-current={current('/auth/signin')}>
              <span>Sign in</span>
              <PendingHint />
            </Link>
          )}
          <button
            className="iconbtn"
            type="button"
            popoverTarget="menu"
            aria-label={email ? 'Menu and account' : 'Menu'}
          >
            {email ? (
              <span className="avatar" aria-hidden="true">
                {email.slice(0, 1).toUpperCase()}
              </span>
            ) : (
              <Icon name="menu" />
            )}
          </button>
        </nav>
      </div>
      <Menu email={email} isKnown={isKnown} theme={theme} />
    </header>
  );
}

function Menu({ email, isKnown, theme }: Omit<Props, 'logo'>) {
  return (
    <div className="menu" id="menu" popover="auto">
      {email && <p className="meta menu__who">Signed in as {email}</p>}
      {!isKnown && <p className="meta menu__who">We can’t check if you’re signed in.</p>}
      <nav aria-label="Menu">
        <Link className="narrow" href="/tickets" prefetch={false} onClick={closeMenu}>
          <Icon name="search" /> Browse tickets
        </Link>
        <Link href="/sell/new" prefetch={false} onClick={closeMenu}>
          <Icon name="plus" /> Sell a ticket
        </Link>
        <Link href="/sell" prefetch={false} onClick={closeMenu}>
          <Icon name="ticket" /> Your listings
        </Link>
        <Link href="/orders" prefetch={false} onClick={closeMenu}>
          <Icon name="calendar" /> Orders
        </Link>
        {email && (
          <Link href="/account" prefetch={false} onClick={closeMenu}>
            <Icon name="sliders" /> Account
          </Link>
        )}
      </nav>
      <hr />
      <ThemeChoice initial={theme} />
      {email && (
        <>
          <hr />
          <SignOutButton />
        </>
      )}
    </div>
  );
}
