import Link from 'next/link';
import { Icon } from '../../ui/icon.tsx';
import { Logo } from '../../ui/logo.tsx';
import { NavLink } from './nav-link.tsx';
import { SignOutButton } from './sign-out-button.tsx';
import { ThemeChoice, type Theme } from './theme-choice.tsx';

type Props = { email: string | undefined; isKnown: boolean; theme: Theme };

/** The header of every page. Only its links and buttons need a script, so the rest stays on the server. */
export function Header({ email, isKnown, theme }: Props) {
  return (
    <header className="head">
      <div className="wrap">
        <Link className="logo" href="/" prefetch={false} aria-label="Encore, home">
          <Logo />
        </Link>
        <nav className="nav" aria-label="Main">
          <NavLink className="wide" href="/tickets">
            <span>Browse</span>
          </NavLink>
          <NavLink className="wide" href="/sell">
            <span>Sell</span>
          </NavLink>
          <NavLink className="wide" href="/orders">
            <span>Orders</span>
          </NavLink>
          {!email && isKnown && (
            <NavLink href="/auth/signin">
              <span>Sign in</span>
            </NavLink>
          )}
          {!isKnown && <p className="meta head__unknown">Sign-in can’t be checked</p>}
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

function Menu({ email, isKnown, theme }: Props) {
  return (
    <div className="menu" id="menu" popover="auto">
      {email && <p className="meta menu__who">Signed in as {email}</p>}
      {!isKnown && <p className="meta menu__who">We can’t check if you’re signed in.</p>}
      <nav aria-label="Menu">
        <NavLink className="narrow" href="/tickets">
          <Icon name="search" /> Browse tickets
        </NavLink>
        <NavLink href="/sell/new">
          <Icon name="plus" /> Sell a ticket
        </NavLink>
        <NavLink href="/sell">
          <Icon name="ticket" /> Your listings
        </NavLink>
        <NavLink href="/orders">
          <Icon name="calendar" /> Orders
        </NavLink>
        {email && (
          <NavLink href="/account">
            <Icon name="sliders" /> Account
          </NavLink>
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

/** On phones, the main sections within reach of the thumb. */
export function BottomBar() {
  return (
    <nav className="bottombar narrow" aria-label="Sections">
      <NavLink href="/tickets">
        <Icon name="search" /> Browse
      </NavLink>
      <NavLink href="/sell">
        <Icon name="plus" /> Sell
      </NavLink>
      <NavLink href="/orders">
        <Icon name="ticket" /> Orders
      </NavLink>
      <NavLink href="/account">
        <Icon name="sliders" /> Account
      </NavLink>
    </nav>
  );
}
