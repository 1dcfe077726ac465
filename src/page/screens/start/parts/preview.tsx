/** What would run, before it does, or why it would not. */
import { Link } from '@tanstack/react-router';
import type { SluiceError } from '../../../../client/errors.ts';
import type { FieldError } from '../../../../core/errors.ts';
import {
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonTree,
} from '../../../../core/json/text.ts';
import { prettyJson } from '../../../../core/json/write.ts';
import { Button } from '../../../ui/button.tsx';
import { Disclosure } from '../../../ui/disclosure.tsx';
import { durationText } from '../../../ui/time.tsx';
import type { Check } from '../check.ts';
import { placeId, placeOf } from '../model/places.ts';
import { at, type Path, textAt } from '../model/request.ts';

const isList = (tree: JsonTree | undefined): tree is readonly JsonTree[] => Array.isArray(tree);
const wordsAt = (tree: JsonObject, path: Path): readonly string[] => {
  const list = at(tree, path);
  return isList(list) ? list.filter((word) => typeof word === 'string') : [];
};

function Verdict({ would }: { readonly would: JsonObject }) {
  const lane = textAt(would, ['lane']);
  const attached = textAt(would, ['attached_to']);
  const place = textAt(would, ['queue_position']);
  const least = textAt(would, ['queue_position_at_least']);
  const why = textAt(would, ['reason', 'message']);
  switch (textAt(would, ['would'])) {
    case 'start':
      return <p className="start-verdict">It starts at once in the lane {lane}.</p>;
    case 'attach':
      return (
        <p className="start-verdict" data-tone="wait">
          The lane {lane} is busy: nothing new starts, you get the run{' '}
          <Link to="/runs/$runId" params={{ runId: attached }}>
            {attached}
          </Link>
          {would.get('differs') === true && ', which runs with other values'}.
        </p>
      );
    default:
      return (
        <p className="start-verdict" data-tone="wait">
          It waits in the lane {lane}
          {place !== '' && `, at place ${place} of the queue`}
          {place === '' && least !== '' && `, at place ${least} of the queue or later`}. {why}
        </p>
      );
  }
}

const FACTS: readonly (readonly [string, Path])[] = [
  ['Kind', ['kind']],
  ['Image', ['driver', 'image']],
  ['Source', ['nextflow', 'source']],
  ['Revision', ['nextflow', 'revision']],
  ['Profiles', ['nextflow', 'profile']],
  ['Version', ['pipeline_version']],
  ['Target', ['target']],
  ['Priority', ['priority']],
];

function Facts({ would }: { readonly would: JsonObject }) {
  const deadline = would.get('deadline_seconds');
  const labels = would.get('labels');
  const rows = FACTS.map(([name, path]) => [name, textAt(would, path)] as const).filter(
    ([, text]) => text !== '',
  );
  if (deadline instanceof JsonNumber) rows.push(['Deadline', durationText(Number(deadline.text))]);
  if (isJsonObject(labels) && labels.size > 0)
    rows.push([
      'Labels',
      [...labels.keys()].map((name) => `${name}=${textAt(labels, [name])}`).join(', '),
    ]);
  return (
    <dl className="start-facts">
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Code({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    // It scrolls: by keyboard too.
    // biome-ignore lint: a region that scrolls has to take the focus
    <pre className="start-code" tabIndex={0} role="region" aria-label={label}>
      {text}
    </pre>
  );
}

function Parts({ would }: { readonly would: JsonObject }) {
  const params = would.get('params') ?? new Map();
  const env = at(would, ['driver', 'env']);
  const files = at(would, ['driver', 'files']);
  const command = [...wordsAt(would, ['driver', 'command']), ...wordsAt(would, ['driver', 'args'])];
  return (
    <>
      <Disclosure title="Parameters, merged" defaultExpanded>
        <Code label="Parameters, merged" text={prettyJson(params)} />
      </Disclosure>
      {command.length > 0 && (
        <Disclosure title="Command">
          <Code label="Command" text={command.join('\n')} />
        </Disclosure>
      )}
      {isJsonObject(files) &&
        [...files.keys()].map((name) => (
          <Disclosure key={name} title={`File ${name}`}>
            <Code label={`File ${name}`} text={textAt(files, [name])} />
          </Disclosure>
        ))}
      {isJsonObject(env) && env.size > 0 && (
        <Disclosure title="Variables">
          <Code
            label="Variables"
            text={[...env.keys()].map((name) => `${name}=${textAt(env, [name])}`).join('\n')}
          />
        </Disclosure>
      )}
    </>
  );
}

/** What helps against a refusal that no field explains. */
const ADVICE: Partial<Record<SluiceError['code'], string>> = {
  lane_busy: 'Choose "Wait in the queue" where the lane is busy, or another lane.',
  lane_paused: 'An admin has paused the lane. Choose another one, or wait in its queue.',
  lane_full: 'The queue of the lane is full. Try again later, or choose another lane.',
  quota_exceeded: 'Wait until runs of your domain have ended, or ask its admin for a larger quota.',
  too_many_lanes: 'Choose a lane that is there.',
  forbidden: 'Ask an admin of your domain for the right to start this.',
  no_such_pipeline: 'Choose a pipeline of the catalogue.',
};

function Fault({
  fault,
  places,
}: {
  readonly fault: FieldError;
  readonly places: readonly Path[];
}) {
  const place = placeOf(fault, places);
  const text = (
    <>
      <code>{fault.field}</code> {fault.message}
    </>
  );
  return (
    <li>
      {place ? (
        <a href={`#${placeId(place)}`} onClick={(event) => focusPlace(event, place)}>
          {text}
        </a>
      ) : (
        text
      )}
    </li>
  );
}

function focusPlace(event: { preventDefault(): void }, place: Path): void {
  event.preventDefault();
  const part = document.getElementById(placeId(place));
  part?.scrollIntoView({ block: 'center' });
  part?.querySelector<HTMLElement>('input, textarea, button')?.focus();
}

export function Refused({
  refusal,
  places,
}: {
  readonly refusal: SluiceError;
  readonly places: readonly Path[];
}) {
  const { fields, detail, code, runId } = refusal;
  const advice = ADVICE[code];
  return (
    <div className="state-problem start-refused" role="group" aria-label="What is wrong">
      <strong>
        {fields.length === 0
          ? 'It cannot start'
          : fields.length === 1
            ? 'One thing has to be mended'
            : `${fields.length} things have to be mended`}
      </strong>
      {fields.length === 0 && <p>{detail}</p>}
      {fields.length > 0 && (
        <ul>
          {fields.map((fault) => (
            <Fault key={`${fault.field} ${fault.message}`} fault={fault} places={places} />
          ))}
        </ul>
      )}
      {advice !== undefined && <p>{advice}</p>}
      {runId !== undefined && (
        <p>
          It may begin all the same:{' '}
          <Link to="/runs/$runId" params={{ runId }}>
            {runId}
          </Link>
        </p>
      )}
    </div>
  );
}

type PreviewProps = { readonly check: Check; readonly places: readonly Path[] };

export function Preview({ check, places }: PreviewProps) {
  const { checked, isOld, error, again } = check;
  if (error && checked === undefined)
    return (
      <div className="state-problem" role="alert">
        <strong>It could not be checked</strong>
        <p>{error.message}</p>
        <Button onPress={again}>Check again</Button>
      </div>
    );
  if (checked === undefined) return <p role="status">It is being checked…</p>;
  return (
    <div aria-busy={isOld} className="start-preview" data-old={isOld}>
      {checked.refusal ? (
        <Refused refusal={checked.refusal} places={places} />
      ) : (
        <>
          <Verdict would={checked.would} />
          <Warnings texts={wordsAt(checked.would, ['warnings'])} />
          <Facts would={checked.would} />
          <Parts would={checked.would} />
        </>
      )}
    </div>
  );
}

export function Warnings({ texts }: { readonly texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <ul className="start-warnings" aria-label="Warnings">
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
