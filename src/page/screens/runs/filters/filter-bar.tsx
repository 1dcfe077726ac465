/** Filters of the list. All of them are in the address. */
import { Link } from '@tanstack/react-router';
import { type RefObject, useId, useRef, useState } from 'react';
import { RUN_STATES } from '../../../../core/events/state.ts';
import { Button } from '../../../ui/button.tsx';
import { Draft } from '../../../ui/forms/draft.tsx';
import { type Filters, labelsOf, type SavedView, statesOf, tidy } from './filters.ts';
import { TimeRange } from './time-range.tsx';
import './filter-bar.css';

type Change = (change: Partial<Record<keyof Filters, Filters[keyof Filters] | undefined>>) => void;

function States({ filters, onChange }: { readonly filters: Filters; readonly onChange: Change }) {
  const chosen = statesOf(filters);
  return (
    <fieldset className="filters-states">
      <legend>States</legend>
      {RUN_STATES.map((state) => (
        <label key={state} className="filters-state" data-state={state}>
          <input
            type="checkbox"
            checked={chosen.includes(state)}
            onChange={() => {
              const next = chosen.includes(state)
                ? chosen.filter((each) => each !== state)
                : [...chosen, state];
              onChange({ state: next.join(',') });
            }}
          />
          {state}
        </label>
      ))}
    </fieldset>
  );
}

function Labels({ filters, onChange }: { readonly filters: Filters; readonly onChange: Change }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const isWrong = text !== '' && !/^[^=]+=/.test(text);
  const add = (): void => {
    if (text === '' || isWrong) return;
    onChange({ label: [...labelsOf(filters), text.trim()] });
    setText('');
  };
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        Labels
      </label>
      <span className="filters-add">
        <input
          id={id}
          ref={field}
          className="field-input"
          value={text}
          placeholder="team=genomics"
          autoComplete="off"
          aria-invalid={isWrong}
          aria-describedby={`${id}-help`}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={({ key }) => {
            if (key === 'Enter') add();
          }}
        />
        <Button isDisabled={text === '' || isWrong} onPress={add}>
          Add
        </Button>
      </span>
      <span className="field-help" id={`${id}-help`}>
        Name, =, value; runs with all of them.
      </span>
    </div>
  );
}

/** What is in force, each with a way out of it. */
function Active({ filters, onChange }: { readonly filters: Filters; readonly onChange: Change }) {
  const { pipeline, lane, since, until, who } = filters;
  const named = Object.entries({ pipeline, lane, who, since, until }).flatMap(([name, value]) =>
    value === undefined ? [] : [{ text: `${name}: ${value}`, end: { [name]: undefined } }],
  );
  const labels = labelsOf(filters);
  const all = [
    ...named,
    ...labels.map((text) => ({ text, end: { label: labels.filter((each) => each !== text) } })),
  ];
  if (all.length === 0) return null;
  return (
    <ul className="filters-active" aria-label="Filters in force">
      {all.map(({ text, end }) => (
        <li key={text}>
          <button type="button" onClick={() => onChange(end)} aria-label={`Without ${text}`}>
            {text} <span aria-hidden="true">✕</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const isSame = (a: Filters, b: Filters): boolean =>
  JSON.stringify(tidy(a)) === JSON.stringify(tidy(b));

type Props = {
  readonly filters: Filters;
  readonly views: readonly SavedView[];
  readonly onFilters: (filters: Filters) => void;
  readonly search: RefObject<HTMLInputElement | null>;
};

export function FilterBar({ filters, views, onFilters, search }: Props) {
  const onChange: Change = (change) => onFilters(tidy({ ...filters, ...change } as Filters));
  return (
    <search className="runs-filters" aria-label="Runs">
      <nav className="filters-views" aria-label="Saved views">
        <ul>
          {views.map((view) => (
            <li key={view.name}>
              <Link
                to="/runs"
                search={view.filters}
                aria-current={isSame(view.filters, filters) ? 'page' : undefined}
                activeProps={{}}
              >
                {view.name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="filters-main">
        <Draft
          label="Search"
          type="search"
          className="filters-search"
          placeholder="run id, pipeline, team=genomics"
          help="Begin of a run id, part of a pipeline's name, or a whole label: name=value."
          value={filters.q}
          onCommit={(q) => onChange({ q })}
          input={search}
        />
        <States filters={filters} onChange={onChange} />
      </div>
      <details className="filters-more">
        <summary>More filters</summary>
        <div className="filters-fields">
          <Draft
            label="Pipeline"
            value={filters.pipeline}
            onCommit={(pipeline) => onChange({ pipeline })}
          />
          <Draft label="Lane" value={filters.lane} onCommit={(lane) => onChange({ lane })} />
          <Draft label="Started by" value={filters.who} onCommit={(who) => onChange({ who })} />
          <Labels filters={filters} onChange={onChange} />
          <TimeRange
            since={filters.since}
            until={filters.until}
            onChange={(since, until) => onChange({ since, until })}
          />
        </div>
      </details>
      <Active filters={filters} onChange={onChange} />
    </search>
  );
}
