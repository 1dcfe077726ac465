/** One domain: what it uses, what it may have, how long it keeps things, what its callers may start. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DomainView } from '../../../core/access/domain.ts';
import { bytesText } from '../../../core/figures/bytes.ts';
import { useCaller, useClient, useRefetchInterval } from '../../app/context.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { isMissing, Loaded } from '../../parts/loaded.tsx';
import { AdminScreen } from '../../parts/no-rights.tsx';
import { useRefreshOnRuns } from '../../parts/refresh.ts';
import { Button } from '../../ui/button.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { PolicyForm } from './policy-form.tsx';
import { SettingsForm } from './settings-form.tsx';
import './domains.css';

type UsedProps = {
  readonly label: string;
  readonly used: number | null;
  readonly quota: number | undefined;
  readonly text: (value: number) => string;
};

function Used({ label, used, quota, text }: UsedProps) {
  const share = used === null || !quota ? 0 : Math.min(1, used / quota);
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {used === null ? 'not counted without a quota' : text(used)}
        {quota !== undefined && ` of ${text(quota)}`}
        {quota !== undefined && (
          <span
            className="domain-bar"
            data-full={used !== null && used >= quota}
            aria-hidden="true"
          >
            <span style={{ width: `${100 * share}%` }} />
          </span>
        )}
      </dd>
    </>
  );
}

const daysText = (days: number | null): string => (days === null ? 'for ever' : `${days} days`);

function Usage({ domain: { usage, quotas, kept } }: { readonly domain: DomainView }) {
  return (
    <dl className="facts card">
      <Used
        label="Runs with a place"
        used={usage.live_runs}
        quota={quotas.live_runs}
        text={String}
      />
      <Used
        label="Runs that wait"
        used={usage.queued_runs}
        quota={quotas.queued_runs}
        text={String}
      />
      <Used
        label="Log lines today"
        used={usage.log_bytes_today}
        quota={quotas.log_bytes_per_day}
        text={bytesText}
      />
      <dt>Runs are kept</dt>
      <dd>{daysText(kept.runs_days)}</dd>
      <dt>The audit log is kept</dt>
      <dd>{daysText(kept.audit_days)}</dd>
      <dt>Counted</dt>
      <dd>
        <Time value={usage.counted_at} />
      </dd>
    </dl>
  );
}

function Delete({ name }: { readonly name: string }) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  const [asking, setAsking] = useState(false);
  const done = useMutation({
    mutationFn: async () => {
      toast({ text: `The settings of ${name} are deleted.` });
      await navigate({ to: '/domains' });
      queries.removeQueries({ queryKey: ['domains', name] });
      await queries.invalidateQueries({ queryKey: ['domains'] });
    },
  });
  return (
    <>
      <Button variant="danger" onPress={() => setAsking(true)}>
        Delete its settings…
      </Button>
      {asking && (
        <Confirm
          title={`Delete the settings of ${name}?`}
          verb="Delete the settings"
          run={() => client.domains.delete(name)}
          onDone={() => done.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            Its quotas and retention are gone. Its pipelines, targets, policy, ended runs and audit
            log stay. It is refused while a token of it is valid, or a run is not over.
          </p>
        </Confirm>
      )}
    </>
  );
}

const route = getRouteApi('/domains/$domain');

function Content() {
  const { domain: name } = route.useParams();
  const client = useClient();
  const { root } = useCaller();
  const domain = useQuery({
    queryKey: ['domains', name],
    queryFn: () => client.domains.getVersioned(name),
    refetchInterval: useRefetchInterval(),
  });
  const policy = useQuery({
    queryKey: ['policies', name],
    queryFn: () => client.policies.getVersioned(name),
    refetchInterval: useRefetchInterval(),
  });
  useRefreshOnRuns(['domains', name]);
  const isThere = !isMissing(domain.error);
  const list = (
    <Link to="/domains" className="link-button">
      All domains
    </Link>
  );
  return (
    <>
      <title>{`${name} · Domains · Sluice`}</title>
      <div className="screen-head">
        <h1>Domain {name}</h1>
        <div className="actions">
          {isThere && list}
          {root && isThere && <Delete name={name} />}
        </div>
      </div>
      {!root && (
        <p className="screen-lead">
          Only an admin of the installation changes quotas, retention and policy.
        </p>
      )}
      <Loaded query={domain} what={`The domain ${name}`} list={list}>
        {(current) => (
          <>
            <Usage domain={current.value} />
            <h2>Quotas and retention</h2>
            <SettingsForm key={name} name={name} current={current} mayChange={root} />
          </>
        )}
      </Loaded>
      {isThere && (
        <>
          <h2>Policy</h2>
          <Loaded query={policy} what={`The policy of ${name}`}>
            {(current) => <PolicyForm key={name} name={name} current={current} mayChange={root} />}
          </Loaded>
        </>
      )}
    </>
  );
}

export const Domain = () => (
  <AdminScreen title="Domain">
    <Content />
  </AdminScreen>
);
