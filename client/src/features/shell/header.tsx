import { Link } from '../../ui/link.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Logo } from '../../ui/logo.tsx';
import { NavLink } from './nav-link.tsx';
import { SignOutButton } from './sign-out-button.tsx';
import { ThemeChoice, type Theme } from './theme-choice.tsx';
import { useTranslate } from '#use-translate';

type Props = { email: string | undefined; isKnown: boolean; theme: Theme };

/** The header of every page. Only its links and buttons need a script, so the rest stays on the server. */
export function Header({ email, isKnown, theme }: Props) {
  const t = useTranslate();
  return (
    <header className="head">
      <div className="wrap">
        <Link className="logo" href="/" prefetch={false} aria-label={t('Encore, home')}>
          <Logo />
        </Link>
        <nav className="nav" aria-label={t('Main')}>
          <NavLink className="wide" href="/tickets">
            <span>{t('Browse')}</span>
          </NavLink>
          <NavLink className="wide" href="/sell">
            <span>{t('Sell')}</span>
          </NavLink>
          <NavLink className="wide" href="/orders">
            <span>{t('Orders')}</span>
          </NavLink>
          {!email && isKnown && (
            <NavLink href="/auth/signin">
              <span>{t('Sign in')}</span>
            </NavLink>
          )}
          {!isKnown && <p className="meta head__unknown">{t('Sign-in can’t be checked')}</p>}
          <button
            className="iconbtn"
            type="button"
            popoverTarget="menu"
            aria-label={email ? t('Menu and account') : t('Menu')}
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
  const t = useTranslate();
  return (
    <div className="menu" id="menu" popover="auto">
      {email && <p className="meta menu__who">{t('Signed in as {email}', { email })}</p>}
      {!isKnown && <p className="meta menu__who">{t('We can’t check if you’re signed in.')}</p>}
      <nav aria-label={t('Menu')}>
        <NavLink className="narrow" href="/tickets">
          <Icon name="search" /> {t('Browse tickets')}
        </NavLink>
        <NavLink href="/sell/new">
          <Icon name="plus" /> {t('Sell a ticket')}
        </NavLink>
        <NavLink href="/sell">
          <Icon name="ticket" /> {t('Your listings')}
        </NavLink>
        <NavLink href="/orders">
          <Icon name="calendar" /> {t('Orders')}
        </NavLink>
        {email && (
          <NavLink href="/account">
            <Icon name="sliders" /> {t('Account')}
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
  const t = useTranslate();
  return (
    <nav className="bottombar narrow" aria-label={t('Sections')}>
      <NavLink href="/tickets">
        <Icon name="search" /> {t('Browse')}
      </NavLink>
      <NavLink href="/sell">
        <Icon name="plus" /> {t('Sell')}
      </NavLink>
      <NavLink href="/orders">
        <Icon name="ticket" /> {t('Orders')}
      </NavLink>
      <NavLink href="/account">
        <Icon name="sliders" /> {t('Account')}
      </NavLink>
    </nav>
  );
}
