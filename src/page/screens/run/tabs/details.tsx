/** What ran and where: launch, attempts, cluster, labels, hold. */
import type { ReactNode } from 'react';
import type { RunView } from '../../../../core/runs/view.ts';
import { Copy } from '../../../ui/copy.tsx';
import { durationText, Time } from '../../../ui/time.tsx';
import { PipelineLink, TargetLink } from '../links.tsx';
import { useHistory } from '../live/use-history.ts';
import type { TabProps } from './tab.ts';

type Fact = readonly [name: string, value: ReactNode];

function Facts({ facts }: { readonly facts: readonly (Fact | false)[] }) {
  return (
    <dl className="run-facts">
      {facts
        .filter((fact) => fact !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A word of a command line, in quotes where a shell needs them. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** What a field of a launch shows: words of a command, lines of a script, values as JSON. */
function shownOf(name: string, value: unknown): ReactNode {
  if (typeof value === 'string' && (name === 'script' || value.includes('\n')))
    return <Block text={value} what={name} />;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
    return <Block text={value.map(word).join(' ')} what={name} />;
  if (typeof value !== 'string') return <Block text={JSON.stringify(value, null, 2)} what={name} />;
  return (
    <>
      <code>{value}</code> <Copy text={value} what={name} />
    </>
  );
}

function Block({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div className="run-json">
      <Copy text={text} what={what} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  source: 'Pipeline',
  image: 'Image',
  command: 'Command',
  args: 'Arguments',
  script: 'Script',
  shell: 'Shell',
  revision: 'Revision',
  profile: 'Profile',
  work_dir: 'Work folder',
  env: 'Environment',
  secret_env: 'Environment from Secrets',
  resources: 'Resources',
  plugins: 'Plugins',
  session_id: 'Session',
  trace: 'Trace source of the entry',
  config: 'Configuration of the entry',
  version: 'Version of Nextflow',
  task_limits: 'Limits of tasks',
  storage: 'Work volume',
};

/** `undefined`: not part of this answer. */
function Launch({ view }: { readonly view: RunView }) {
  const own = Object.entries((view[view.kind] ?? {}) as Record<string, unknown>);
  return (
    <section>
      <h2>What ran</h2>
      <Facts
        facts={[
          ['Kind', view.kind],
          view.pipeline_version !== null && [
            'Entry',
            <PipelineLink key="entry" name={view.pipeline}>
              {view.pipeline}, version {view.pipeline_version}
            </PipelineLink>,
          ],
          ...own
            .filter(([, value]) => value !== null && value !== undefined)
            .map(([name, value]): Fact => [NAMES[name] ?? name, shownOf(name, value)]),
          view.trace_source !== null &&
            view.trace_source !== undefined && [
              'Trace source',
              <code key="trace">{view.trace_source}</code>,
            ],
          view.deadline_seconds !== null && ['Deadline', durationText(view.deadline_seconds)],
        ]}
      />
    </section>
  );
}

function Cluster({ shown }: Pick<TabProps, 'shown'>) {
  const { view } = shown;
  const { events, complete } = useHistory(shown);
  const attempts = new Map(events.attempts);
  if (view.attempt > 0) attempts.set(view.attempt, view.job_name);
  return (
    <section>
      <h2>Cluster</h2>
      <Facts
        facts={[
          ['Target', <TargetLink key="target" name={view.target} />],
          ['Reachable', view.reachable ? 'yes' : 'no: what is shown is the last that is known'],
          [
            'Attempts',
            attempts.size === 0 ? (
              'None: no Job was made.'
            ) : (
              <ol className="run-plain">
                {Array.from(attempts, ([attempt, job]) => (
                  <li key={attempt}>
                    Attempt {attempt}
                    {job !== null && (
                      <>
                        : Job <code>{job}</code> <Copy text={job} what="the name of the Job" />
                      </>
                    )}
                  </li>
                ))}
              </ol>
            ),
          ],
          [
            'Pods seen in its log',
            events.pods.length === 0 ? (
              complete ? (
                'none'
              ) : (
                'being read…'
              )
            ) : (
              <ul className="run-plain">
                {events.pods.map(({ pod, containers, firstSeen }) => (
                  <li key={pod}>
                    <code>{pod}</code> <Copy text={pod} what="the name of the pod" />
                    <div className="muted">
                      {containers.join(', ')}, since <Time value={firstSeen} />
                    </div>
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
    </section>
  );
}

export function Part({ shown }: TabProps) {
  const { view } = shown;
  const labels = Object.entries(view.labels);
  return (
    <div className="run-details">
      <Launch view={view} />
      <Cluster shown={shown} />
      <section>
        <h2>Record</h2>
        <Facts
          facts={[
            ['Started by', view.triggered_by ?? 'not told'],
            ['Created', <Time key="created" value={view.created_at} />],
            view.started_at !== null && ['Began', <Time key="began" value={view.started_at} />],
            view.finished_at !== null && ['Ended', <Time key="ended" value={view.finished_at} />],
            ['Priority', view.priority],
            [
              'Labels',
              labels.length === 0
                ? 'none'
                : labels.map(([name, value]) => `${name}=${value}`).join(', '),
            ],
            [
              'Hold',
              view.hold === null ? (
                'none: it is deleted when its time has come'
              ) : (
                <span key="hold">
                  by {view.hold.by} since <Time value={view.hold.since} />
                  {view.hold.reason !== null && `: ${view.hold.reason}`}
                </span>
              ),
            ],
            view.request !== undefined && ['Request as sent', shownOf('request', view.request)],
          ]}
        />
      </section>
    </div>
  );
}
