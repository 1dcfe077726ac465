/** When runs were created: some usual ranges, or from a moment to another. */
import { useId, useState } from 'react';

const PRESETS = [
  ['', 'Any time'],
  ['1h', 'Last hour'],
  ['today', 'Today'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
] as const;
const OWN = 'own';

type Props = {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly onChange: (since: string | undefined, until: string | undefined) => void;
};

/** What a field of date and time takes: the reader's zone, without its name. */
function localOf(time: string | undefined): string {
  const ms = Date.parse(time ?? '');
  if (Number.isNaN(ms)) return '';
  const offset = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offset).toISOString().replace(/:\d\d\.\d+Z$/, '');
}

const utcOf = (local: string): string | undefined =>
  local === '' ? undefined : new Date(local).toISOString();

function Moment({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="field-input"
        type="datetime-local"
        value={localOf(value)}
        onChange={(event) => onChange(utcOf(event.currentTarget.value))}
      />
    </div>
  );
}

export function TimeRange({ since, until, onChange }: Props) {
  const id = useId();
  const isPreset = until === undefined && PRESETS.some(([value]) => value === (since ?? ''));
  const [own, setOwn] = useState(!isPreset);
  const isOwn = own || !isPreset;
  return (
    <>
      <div className="field">
        <label className="field-label" htmlFor={id}>
          Created
        </label>
        <select
          id={id}
          className="field-input"
          value={isOwn ? OWN : (since ?? '')}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setOwn(value === OWN);
            if (value !== OWN) onChange(value || undefined, undefined);
          }}
        >
          {PRESETS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
          <option value={OWN}>From … to …</option>
        </select>
      </div>
      {isOwn && (
        <>
          <Moment label="From" value={since} onChange={(value) => onChange(value, until)} />
          <Moment label="To" value={until} onChange={(value) => onChange(since, value)} />
        </>
      )}
    </>
  );
}
