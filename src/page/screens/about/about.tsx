/** Who the caller is, what it may do, and how the page looks for it. */
import { allows, SCOPES } from '../../../core/access/scopes.ts';
import type { Caller } from '../../../core/access/token.ts';
import { useCaller } from '../../app/context.tsx';
import { useStore } from '../../app/store.ts';
import { chooseTheme, THEMES, theme } from '../../app/theme.tsx';
import { useApiDocument } from '../../parts/api-document.ts';
import { SCOPE_WORDS } from '../../parts/scope-words.ts';
import { Copy } from '../../ui/copy.tsx';
import { Select } from '../../ui/forms/select.tsx';
import { chooseZone, Time, type Zone, zone } from '../../ui/time.tsx';
import '../../parts/parts.css';
import './about.css';

const KINDS: Readonly<Record<Caller['kind'], string>> = {
  token: 'A token of this installation',
  user: 'A person who signed in',
  workload: 'An app that signed in',
  open: 'Anybody: this installation asks for no token',
};

const THEME_WORDS = { system: 'As the system says', light: 'Light', dark: 'Dark' } as const;
const ZONE_WORDS: Readonly<Record<Zone, string>> = {
  local: `The zone of this device (${Intl.DateTimeFormat().resolvedOptions().timeZone})`,
  utc: 'UTC',
};

function Who() {
  const caller = useCaller();
  // With those that a scope includes.
  const scopes = SCOPES.filter((scope) => allows(caller.scopes, scope));
  return (
    <dl className="facts card">
      <dt>Who</dt>
      <dd>
        {caller.name ?? (caller.kind === 'open' ? 'Anybody' : caller.id)}
        {caller.root && (
          <div className="muted">An admin of the installation, in all of its domains</div>
        )}
      </dd>
      <dt>Kind</dt>
      <dd>{KINDS[caller.kind]}</dd>
      <dt>Id</dt>
      <dd>
        <code>{caller.id}</code> <Copy text={caller.id} what="the id" />
      </dd>
      <dt>Domain</dt>
      <dd>{caller.domain}</dd>
      <dt>Scopes</dt>
      <dd>
        {scopes.length === 0 && 'None.'}
        <ul className="about-scopes">
          {scopes.map((scope) => (
            <li key={scope}>
              <code>{scope}</code> {SCOPE_WORDS[scope]}
            </li>
          ))}
        </ul>
      </dd>
      <dt>Ends</dt>
      <dd>{caller.expires_at === null ? 'Never' : <Time value={caller.expires_at} />}</dd>
    </dl>
  );
}

function Looks() {
  const shownTheme = useStore(theme);
  const shownZone = useStore(zone);
  return (
    <div className="card form">
      <Select
        label="Colours"
        choices={THEMES.map((id) => ({ id, label: THEME_WORDS[id] }))}
        value={shownTheme}
        onChange={(id) => chooseTheme(THEMES.find((each) => each === id) ?? 'system')}
      />
      <Select
        label="Times"
        description="Kept in this browser, like the colours."
        choices={[
          { id: 'local', label: ZONE_WORDS.local },
          { id: 'utc', label: ZONE_WORDS.utc },
        ]}
        value={shownZone}
        onChange={(id) => chooseZone(id === 'utc' ? 'utc' : 'local')}
      />
    </div>
  );
}

function Server() {
  const { data } = useApiDocument();
  const login = `sluice login ${location.origin}`;
  return (
    <dl className="facts card">
      <dt>Version</dt>
      <dd>{data?.info.version ?? '…'}</dd>
      <dt>Address</dt>
      <dd>
        <code>{location.origin}</code> <Copy text={location.origin} what="the address" />
      </dd>
      <dt>Documentation</dt>
      <dd>
        <a href="/docs">The HTTP API</a>, and its{' '}
        <a href="/openapi.json">description for programs</a>
      </dd>
      <dt>Command line</dt>
      <dd>
        <code>{login}</code> <Copy text={login} what="the command" />
        <div className="muted">
          Then <code>sluice whoami</code> says the same as this screen, and <code>sluice help</code>{' '}
          names all commands.
        </div>
      </dd>
    </dl>
  );
}

export function About() {
  return (
    <>
      <title>About me · Sluice</title>
      <h1>About me</h1>
      <div className="about">
        <section aria-label="Who">
          <Who />
        </section>
        <section>
          <h2>How the page looks</h2>
          <Looks />
        </section>
        <section>
          <h2>This server</h2>
          <Server />
        </section>
      </div>
    </>
  );
}
