/** How it runs: lane, target, priority, labels, deadline. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { JsonObject, JsonTree } from '../../../../core/json/text.ts';
import { JsonNumber } from '../../../../core/json/text.ts';
import { PRIORITY_MAX } from '../../../../core/request-limits.ts';
import { useClient } from '../../../app/context.tsx';
import { TextInput } from '../../../ui/fields.tsx';
import { NumberInput } from '../../../ui/forms/number.tsx';
import { Select } from '../../../ui/forms/select.tsx';
import { durationText } from '../../../ui/time.tsx';
import { Pairs } from '../fields/pairs.tsx';
import { placeId } from '../model/places.ts';
import { deadlineOf, type Path, textAt } from '../model/request.ts';
import type { Loaded } from '../what/loaded.ts';

export type PartProps = {
  readonly request: JsonObject;
  readonly loaded: Loaded | undefined;
  readonly errorAt: (path: Path) => string | undefined;
  readonly onChange: (path: Path, value: JsonTree | undefined) => void;
};

export const HOW_PLACES: readonly Path[] = [
  'lane',
  'target',
  'on_busy',
  'priority',
  'deadline_seconds',
  'labels',
].map((name) => [name]);

const BUSY = [
  { id: 'queue', label: 'Wait in the queue' },
  { id: 'attach', label: 'Take the run that is there', note: 'Nothing new starts then.' },
  { id: 'reject', label: 'Do not start' },
];

/** A lane or a target: names that are there are offered. */
function Named(props: PartProps & { readonly name: 'lane' | 'target'; readonly label: string }) {
  const { request, loaded, errorAt, onChange, name, label } = props;
  const client = useClient();
  const known = useQuery({
    queryKey: ['start', name],
    queryFn: async () =>
      name === 'lane'
        ? (await client.listLanes()).lanes.map((lane) => lane.name)
        : (await client.targets.list()).map((target) => target.name),
    staleTime: 60_000,
  });
  const own = loaded && textAt(loaded.tree, [name]);
  const isFixed = loaded !== undefined && !loaded.overridable.includes(name);
  return (
    <div id={placeId([name])}>
      <TextInput
        label={label}
        value={textAt(request, [name]) || (isFixed ? (own ?? '') : '')}
        placeholder={own || 'default'}
        isDisabled={isFixed && !request.has(name)}
        description={isFixed ? 'The pipeline decides it.' : undefined}
        error={errorAt([name])}
        suggestions={known.data ?? []}
        onChange={(text) => onChange([name], text.trim() === '' ? undefined : text.trim())}
      />
    </div>
  );
}

function Deadline({ request, loaded, errorAt, onChange }: PartProps) {
  const path = ['deadline_seconds'];
  const [draft, setDraft] = useState(() => textAt(request, path));
  const value = textAt(request, path);
  const meant = deadlineOf(draft);
  const meantText = meant instanceof JsonNumber ? meant.text : (meant ?? '');
  const text = meantText === value ? draft : value;
  const isFixed = loaded !== undefined && !loaded.overridable.includes('deadline_seconds');
  const own = loaded && textAt(loaded.tree, path);
  const seconds = deadlineOf(text);
  return (
    <div id={placeId(path)}>
      <TextInput
        label="Deadline"
        value={text}
        isDisabled={isFixed && value === ''}
        placeholder={own ? durationText(Number(own)) : 'none'}
        description={
          isFixed
            ? 'The pipeline decides it.'
            : seconds instanceof JsonNumber
              ? `It is ended after ${durationText(Number(seconds.text))}.`
              : 'Such as 90m, 2h or 1d: it is ended after that time.'
        }
        error={errorAt(path)}
        onChange={(next) => {
          setDraft(next);
          onChange(path, deadlineOf(next));
        }}
      />
    </div>
  );
}

function Priority({ request, errorAt, onChange }: PartProps) {
  const value = request.get('priority');
  return (
    <div id={placeId(['priority'])}>
      <NumberInput
        label="Priority"
        minValue={0}
        maxValue={PRIORITY_MAX}
        value={value instanceof JsonNumber ? Number(value.text) : 0}
        description="9 goes first."
        error={errorAt(['priority'])}
        onChange={(next) =>
          onChange(
            ['priority'],
            Number.isNaN(next) || next === 0 ? undefined : new JsonNumber(String(next)),
          )
        }
      />
    </div>
  );
}

export function How(props: PartProps) {
  const { request, errorAt, onChange } = props;
  return (
    <section className="card start-part">
      <h2>How it runs</h2>
      <div className="start-row">
        <Named {...props} name="lane" label="Lane" />
        <Named {...props} name="target" label="Target" />
        <div id={placeId(['on_busy'])}>
          <Select
            label="If the lane is busy"
            choices={BUSY}
            value={textAt(request, ['on_busy']) || 'queue'}
            error={errorAt(['on_busy'])}
            onChange={(id) => onChange(['on_busy'], id === 'queue' ? undefined : id)}
          />
        </div>
        <Priority {...props} />
        <Deadline {...props} />
      </div>
      <div id={placeId(['labels'])}>
        <Pairs
          label="Labels"
          hint="Names and values that runs are found by."
          error={errorAt(['labels'])}
          value={request.get('labels')}
          onChange={(value) => onChange(['labels'], value)}
        />
      </div>
    </section>
  );
}
