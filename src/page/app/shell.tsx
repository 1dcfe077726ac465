/** The frame around every screen: navigation, live state, colours, who is here. */
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { allows } from '../../core/access/scopes.ts';
import { navigation } from '../screens/navigation.ts';
import { useHere } from './context.tsx';
import { LiveBadge, LiveNotice } from './live-badge.tsx';
import { ThemeSwitch } from './theme.tsx';
import './shell.css';

/** Moves the focus to the screen's heading after a navigation, as a page load would; not on the first one. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus();
  }, [pathname]);
  return main;
}

export function Shell() {
  const { caller, leave } = useHere();
  const main = useFocusOnNavigation();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header>
        <div className="shell-head">
          <Link to="/runs" className="shell-name">
            <img src="/ui/icon.svg" alt="" width="24" height="24" /> Sluice
          </Link>
          <nav aria-label="Screens">
            <ul>
              {navigation
                .filter(({ scope }) => allows(caller.scopes, scope))
                .map(({ to, label }) => (
                  <li key={to}>
                    <Link to={to} activeProps={{ 'aria-current': 'page' }}>
                      {label}
                    </Link>
                  </li>
                ))}
            </ul>
          </nav>
          <div className="shell-tools">
            <LiveBadge />
            <ThemeSwitch />
            <Link to="/me" className="shell-me" title={`Domain ${caller.domain}`}>
              {caller.name ?? (caller.kind === 'open' ? 'Open mode' : caller.id)}
            </Link>
            {leave && (
              <button type="button" className="shell-leave" onClick={leave}>
                Sign out
              </button>
            )}
          </div>
        </div>
        <LiveNotice />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}
