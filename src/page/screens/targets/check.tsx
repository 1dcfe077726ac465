/** What the cluster of a target says when it is asked whether runs can go there. */
import { useMutation } from '@tanstack/react-query';
import type { CheckResult, TargetCheck } from '../../../core/catalogue/target-check.ts';
import { useClient } from '../../app/context.tsx';
import { Help } from '../../parts/help.tsx';
import { DataTable } from '../../parts/table.tsx';
import { Button } from '../../ui/button.tsx';
import { Problem } from '../../ui/states.tsx';

const TONES = { ok: 'good', failed: 'bad', unknown: 'warning' } as const;

function Result({ result: { status } }: { readonly result: CheckResult }) {
  return (
    <span className="pill" data-tone={TONES[status]}>
      {status}
    </span>
  );
}

/** Faults first: of the rest nobody has to do anything. */
const ORDER = { failed: 0, unknown: 1, ok: 2 } as const;

function Found({ found }: { readonly found: TargetCheck }) {
  const { ok, server_version, answered_in_ms, checks } = found;
  const rows = checks.toSorted((a, b) => ORDER[a.status] - ORDER[b.status]);
  return (
    <>
      <p role="status">
        <strong>{ok ? 'Runs can go there.' : 'Runs cannot go there as it is.'}</strong>{' '}
        {server_version === null
          ? 'The cluster does not answer.'
          : `Kubernetes ${server_version}, which answered in ${answered_in_ms ?? '?'} ms.`}
      </p>
      <DataTable
        caption="Checks of the target"
        columns={[
          { label: 'Checked', cell: ({ check }) => <code>{check}</code> },
          { label: 'Result', cell: (result) => <Result result={result} /> },
          { label: 'Found', long: true, cell: ({ message }) => <Help text={message} /> },
        ]}
        rows={rows}
        keyOf={({ check }) => check}
      />
    </>
  );
}

type CheckProps = { readonly name: string; readonly domain: string | undefined };

export function Check({ name, domain }: CheckProps) {
  const client = useClient();
  const check = useMutation({
    mutationFn: () => client.targets.check(name, domain === undefined ? {} : { domain }),
  });
  return (
    <section>
      <h2>Check</h2>
      <p className="screen-lead">
        Asks the cluster now whether runs can go there: credentials, namespace, rights, and what the
        target names. It changes nothing, and takes 15 s at most.
      </p>
      <div className="actions">
        <Button isDisabled={check.isPending} onPress={() => check.mutate()}>
          {check.isPending ? 'The cluster is being asked…' : 'Check the target'}
        </Button>
      </div>
      {check.isError && <Problem error={check.error} what={`The check of ${name}`} />}
      {check.data !== undefined && <Found found={check.data} />}
    </section>
  );
}
