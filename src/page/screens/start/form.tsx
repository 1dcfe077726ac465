/** The form of a start, with what would run beside it. */
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { FieldError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json/text.ts';
import { useCaller } from '../../app/context.tsx';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copy.tsx';
import { type Check, isRefusal, useCheck } from './check.ts';
import { type Draft, useDraft } from './draft.ts';
import { faultAt } from './model/places.ts';
import { remember, withoutSecrets } from './model/recent.ts';
import { at, linkOf, type Path, paramsAt, textAt, withValue } from './model/request.ts';
import { How } from './parts/how.tsx';
import { Params } from './parts/params.tsx';
import { Preview, Refused, Warnings } from './parts/preview.tsx';
import { RecentValues } from './parts/recent-values.tsx';
import { What } from './parts/what.tsx';
import { useSend } from './send.ts';
import type { Loaded } from './what/loaded.ts';

type Props = {
  /** Undefined: something that is no entry is started. */
  readonly loaded: Loaded | undefined;
  readonly first: JsonObject;
  /** A sentence about where the values come from. */
  readonly notice: string | undefined;
};

const useRecentKey = (name: string): string => {
  const { domain, id } = useCaller();
  return `sluice.recent ${domain} ${id} ${name}`;
};

const faultsOf = (check: Check): readonly FieldError[] => check.checked?.refusal?.fields ?? [];

const TITLES: Readonly<Record<string, string>> = {
  nextflow: 'Start a pipeline of a repository',
  container: 'Start a container',
  shell: 'Start a script',
};

function Head({ loaded, kind, notice }: Omit<Props, 'first'> & { readonly kind: string }) {
  return (
    <>
      <div className="start-head">
        <h1>{loaded ? `Start ${loaded.name}` : (TITLES[kind] ?? 'Start a run')}</h1>
        <Link to="/start">Choose another</Link>
      </div>
      {loaded && loaded.description !== '' && <p className="start-about">{loaded.description}</p>}
      {loaded && !loaded.runnable && (
        <div className="start-notice" data-tone="warning">
          <strong>It cannot run here.</strong> {loaded.notRunnableReason}
        </div>
      )}
      {loaded && <Warnings texts={loaded.warnings} />}
      {notice !== undefined && <p className="start-notice">{notice}</p>}
    </>
  );
}

/** In words, where the other column is hidden. */
function statusOf({ checked, isOld, error }: Check): string {
  if (isOld && !error) return 'Checking…';
  if (error) return 'Not checked.';
  const count = checked?.refusal?.fields.length ?? 0;
  if (checked?.refusal)
    return count > 0 ? `Checked: ${count} to mend.` : 'Checked: it cannot start.';
  return 'Checked: it can start.';
}

type SideProps = {
  readonly draft: Draft;
  readonly check: Check;
  readonly textFault: string | undefined;
  readonly loaded: Loaded | undefined;
  readonly onTried: () => void;
};

function useStart({ draft, textFault, loaded, onTried }: Omit<SideProps, 'check'>) {
  const key = useRecentKey(loaded?.name ?? `(${draft.kind})`);
  const { request, secrets, body } = draft;
  const send = useSend(() =>
    remember(localStorage, key, {
      at: new Date().toISOString(),
      request: withoutSecrets(request, secrets),
    }),
  );
  const answer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (send.error) answer.current?.focus();
  }, [send.error]);
  const start = () => {
    onTried();
    if (textFault === undefined && !send.isPending) send.mutate(body);
  };
  // The error of another body says nothing of this one.
  const error = send.error && send.variables === body ? send.error : undefined;
  return { start, error, isPending: send.isPending, answer };
}

function Side(props: SideProps) {
  const { draft, check, textFault } = props;
  const { start, error, isPending, answer } = useStart(props);
  const link = () => {
    const clean = withoutSecrets(draft.request, draft.secrets);
    const search = new URLSearchParams(linkOf(clean, paramsAt(clean)));
    void copyText(`${location.origin}/ui/start?${search}`, 'The link to this form');
  };
  return (
    <section className="card start-side" aria-labelledby="start-side-title">
      <h2 id="start-side-title">What will run</h2>
      <p className="start-status" role="status">
        {textFault === undefined ? statusOf(check) : 'The parameters cannot be read.'}
      </p>
      {textFault !== undefined && <p className="field-error">{textFault}</p>}
      {error && (
        <div ref={answer} tabIndex={-1} role="alert">
          {isRefusal(error) ? (
            <Refused refusal={error} places={draft.places} />
          ) : (
            <div className="state-problem">
              <strong>It is not known whether it started</strong>
              <p>{error.message}</p>
              <p>Start it once more: the same request never starts a second run.</p>
            </div>
          )}
        </div>
      )}
      {!(error && isRefusal(error)) && <Preview check={check} places={draft.places} />}
      <div className="actions start-actions">
        <Button variant="primary" onPress={start} isPending={isPending}>
          {isPending ? 'Starting…' : 'Start'}
        </Button>
        <Button onPress={link}>Copy link</Button>
      </div>
    </section>
  );
}

export function StartForm({ loaded, first, notice }: Props) {
  const draft = useDraft(loaded, first);
  const check = useCheck(draft.body);
  const [textFault, setTextFault] = useState<string>();
  const [isTold, setIsTold] = useState(false);
  const recentKey = useRecentKey(loaded?.name ?? `(${draft.kind})`);
  const faults = faultsOf(check);
  const errorAt = (path: Path) => faultAt(faults, path);
  const shared = { request: draft.request, loaded, errorAt, onChange: draft.set };
  const what = <What {...shared} own={draft.own} kind={draft.kind} isTold={isTold} />;
  return (
    <>
      <Head loaded={loaded} kind={draft.kind} notice={notice} />
      <div className="start-columns">
        {/* Enter in a field starts nothing: a run costs something. */}
        <form
          className="start-form"
          onSubmit={(event) => event.preventDefault()}
          aria-label="Start"
        >
          <RecentValues
            storageKey={recentKey}
            current={draft.request}
            onChoose={(request) =>
              draft.replace(
                // Other values: it still continues the run that it continues.
                withValue(
                  new Map([...request, ['pipeline', textAt(draft.request, ['pipeline'])]]),
                  ['nextflow', 'resume'],
                  at(draft.request, ['nextflow', 'resume']),
                ),
              )
            }
          />
          {/* Of an entry the params matter most; else what runs. */}
          {!loaded && what}
          <Params
            form={draft.form}
            given={draft.given}
            errorAt={errorAt}
            isTold={isTold}
            onChange={draft.setParams}
            onFault={setTextFault}
          />
          {loaded && what}
          <How {...shared} />
        </form>
        <Side
          draft={draft}
          check={check}
          textFault={textFault}
          loaded={loaded}
          onTried={() => setIsTold(true)}
        />
      </div>
    </>
  );
}
