/** The search of a log: what is looked for, how far it is, and the way from line to line. */
import { type RefObject, useEffect, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import type { Pattern } from '../search/matcher.ts';
import type { SearchState } from '../search/search.ts';
import type { Viewer, ViewerState } from '../view/viewer.ts';

/** A search begins when typing has paused for so long. */
const PAUSE_MS = 250;
const WHOLE = 100;

const number = (value: number): string => value.toLocaleString('en-US');
const lines = (count: number): string => (count === 1 ? '1 line' : `${number(count)} lines`);

/** What there is to say of a search. */
function searchText(search: SearchState, hit: number | undefined): string {
  const { status, found, upTo, count } = search;
  const what = hit === undefined ? lines(found) : `${number(hit)} of ${lines(found)}`;
  if (status === 'wrong') return `No regular expression: ${search.message ?? ''}`;
  if (status === 'hung')
    return `The pattern takes too long; looked at ${number(upTo)} of ${lines(count)}.`;
  if (status === 'stopped') return `${what}, of the first ${number(upTo)}`;
  if (status === 'searching' && upTo < count)
    return `${what} · ${Math.floor((upTo / count) * WHOLE)} %`;
  return found === 0 ? 'Nothing found' : what;
}

type ToggleProps = {
  readonly label: string;
  readonly sign: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
};

function Toggle({ label, sign, isOn, onChange }: ToggleProps) {
  return (
    <button
      type="button"
      className="log-toggle"
      aria-pressed={isOn}
      aria-label={label}
      title={label}
      onClick={() => onChange(!isOn)}
    >
      {sign}
    </button>
  );
}

type Props = {
  readonly viewer: Viewer;
  readonly state: ViewerState;
  readonly input: RefObject<HTMLInputElement | null>;
};

function Ways({ viewer, state }: Omit<Props, 'input'>) {
  const { search, hit } = state;
  if (!search) return null;
  const isSearching = search.status === 'searching' && search.upTo < search.count;
  return (
    <>
      <span className="log-found" data-status={search.status}>
        {searchText(search, hit)}
      </span>
      <span className="unseen" role="status">
        {isSearching ? '' : searchText(search, hit)}
      </span>
      {isSearching && (
        <Button variant="quiet" onPress={() => viewer.stopSearch()}>
          Stop
        </Button>
      )}
      <Button
        variant="quiet"
        aria-label="Previous found line"
        isDisabled={search.found === 0}
        onPress={() => viewer.nextHit(-1)}
      >
        ↑
      </Button>
      <Button
        variant="quiet"
        aria-label="Next found line"
        isDisabled={search.found === 0}
        onPress={() => viewer.nextHit(1)}
      >
        ↓
      </Button>
    </>
  );
}

export function SearchBar({ viewer, state, input }: Props) {
  const [pattern, setPattern] = useState<Pattern>({ text: '', isRegex: false, isCased: false });
  useEffect(() => {
    const timer = setTimeout(() => viewer.search(pattern), pattern.text === '' ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [viewer, pattern]);
  const change = (part: Partial<Pattern>): void => setPattern({ ...pattern, ...part });
  return (
    <div className="log-search" role="search" aria-label="Search the log">
      <div className="log-search-field">
        <input
          ref={input}
          type="search"
          aria-label="Search the log"
          placeholder="Search the log"
          autoComplete="off"
          spellCheck={false}
          value={pattern.text}
          aria-invalid={state.search?.status === 'wrong'}
          onChange={({ target }) => change({ text: target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') viewer.nextHit(event.shiftKey ? -1 : 1);
            else if (event.key === 'Escape') {
              change({ text: '' });
              viewer.stage.scroller.focus();
            } else return;
            event.preventDefault();
          }}
        />
        <Toggle
          label="Match case"
          sign="Aa"
          isOn={pattern.isCased}
          onChange={(isCased) => change({ isCased })}
        />
        <Toggle
          label="Regular expression"
          sign=".*"
          isOn={pattern.isRegex}
          onChange={(isRegex) => change({ isRegex })}
        />
      </div>
      <Ways viewer={viewer} state={state} />
    </div>
  );
}
