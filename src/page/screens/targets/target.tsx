/** One target: its fields with their meaning, and what an admin does with it. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Target as TargetView } from '../../../core/kinds/target.ts';
import { useCaller, useClient, useMay } from '../../app/context.tsx';
import { DeleteEntry } from '../../entries/delete-entry.tsx';
import { useMayWrite } from '../../entries/edit-screen.tsx';
import { labelOf } from '../../entries/shape.ts';
import { TARGETS } from '../../entries/sorts.ts';
import { useHelp } from '../../parts/api-document.ts';
import { Help } from '../../parts/help.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Check } from './check.tsx';
import './targets.css';

const route = getRouteApi('/targets/$target');

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none';
  if (typeof value !== 'object') return JSON.stringify(value).replaceAll('"', '');
  const members = Array.isArray(value)
    ? value.map(String)
    : Object.entries(value).map(([name, each]) => `${name}: ${String(each)}`);
  return members.length === 0 ? 'none' : members.join(', ');
}

function Facts({ target }: { readonly target: TargetView }) {
  const help = useHelp('TargetInput');
  return (
    <dl className="facts card">
      {Object.entries(target).map(([name, value]) => (
        <div key={name} className="target-fact">
          <dt>{labelOf(name)}</dt>
          <dd>
            {shown(value)}
            <div className="target-help">
              <Help text={help(name)} />
            </div>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Delete({ name }: { readonly name: string }) {
  const { domain } = route.useSearch();
  const navigate = route.useNavigate();
  const search = domain === undefined ? {} : { domain };
  const leave = () => navigate({ to: '/targets', search });
  return (
    <DeleteEntry sort={TARGETS} name={name} domain={domain} leave={leave}>
      Pipelines that go there cannot be started until it is there again.
    </DeleteEntry>
  );
}

export function Target() {
  const { target: name } = route.useParams();
  const { domain } = route.useSearch();
  const client = useClient();
  const own = useCaller().domain;
  const mayWrite = useMayWrite(TARGETS);
  const mayCheck = useMay('admin');
  const within = domain === undefined ? {} : { domain };
  const target = useQuery({
    queryKey: ['targets', 'one', domain ?? own, name],
    queryFn: () => client.targets.get(name, within),
  });
  return (
    <>
      <title>{`${name} · Targets · Sluice`}</title>
      <div className="screen-head">
        <h1>Target {name}</h1>
        {mayWrite && target.isSuccess && (
          <div className="actions">
            <Delete name={name} />
            <Link
              to="/targets/$target/edit"
              params={{ target: name }}
              search={within}
              className="link-button"
            >
              Edit
            </Link>
          </div>
        )}
      </div>
      <Loaded
        query={target}
        what={`The target ${name}`}
        list={
          <Link to="/targets" search={within} className="link-button">
            All targets
          </Link>
        }
      >
        {(value) => (
          <>
            <Facts target={value} />
            {mayCheck && <Check name={name} domain={domain} />}
          </>
        )}
      </Loaded>
    </>
  );
}
