/** What a reader can do with a log, above it. */
import { type RefObject, useState } from 'react';
import { useClient } from '../../app/context.tsx';
import { useStore } from '../../app/store.ts';
import { Button } from '../../ui/button.tsx';
import { chooseZone, zone } from '../../ui/time.tsx';
import { KEYS } from '../view/input.ts';
import type { Viewer, ViewerState } from '../view/viewer.ts';
import { copyChosen, download } from './take-away.ts';

type Props = { readonly viewer: Viewer; readonly state: ViewerState };

function Times({ viewer, state }: Props) {
  const which = useStore(zone);
  return (
    <select
      className="log-choice"
      aria-label="Times"
      value={state.hasTimes ? which : 'off'}
      onChange={({ target: { value } }) => {
        viewer.stage.hasTimes = value !== 'off';
        if (value === 'local' || value === 'utc') chooseZone(value);
      }}
    >
      <option value="off">No times</option>
      <option value="local">Local times</option>
      <option value="utc">UTC times</option>
    </select>
  );
}

function Containers({ viewer, state }: Props) {
  if (state.containers.length < 2) return null;
  return (
    <select
      className="log-choice"
      aria-label="Container"
      value={state.container ?? ''}
      onChange={({ target: { value } }) => viewer.setContainer(value === '' ? undefined : value)}
    >
      <option value="">All containers</option>
      {state.containers.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Troubles({ viewer, state }: Props) {
  const { troubles, trouble } = state;
  if (troubles === 0) return null;
  const all = troubles.toLocaleString('en-US');
  return (
    <span className="log-troubles">
      <Button
        variant="quiet"
        aria-label="Previous error or warning"
        onPress={() => viewer.nextTrouble(-1)}
      >
        ↑
      </Button>
      <span>
        {trouble === undefined ? all : `${trouble.toLocaleString('en-US')} of ${all}`}{' '}
        {troubles === 1 ? 'error or warning' : 'errors and warnings'}
      </span>
      <Button
        variant="quiet"
        aria-label="Next error or warning"
        onPress={() => viewer.nextTrouble(1)}
      >
        ↓
      </Button>
    </span>
  );
}

function GoTo({ viewer, input }: { readonly viewer: Viewer; readonly input: Ref }) {
  const [isWrong, setWrong] = useState(false);
  return (
    <input
      ref={input}
      className="log-go-to"
      aria-label="Go to a line, such as 120, or a range, such as 3-20"
      placeholder="Line"
      autoComplete="off"
      aria-invalid={isWrong}
      onChange={() => setWrong(false)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') viewer.stage.scroller.focus();
        if (event.key !== 'Enter') return;
        event.preventDefault();
        const isPlace = viewer.goToPlace(event.currentTarget.value);
        setWrong(!isPlace);
        if (isPlace) viewer.stage.scroller.focus();
      }}
    />
  );
}

type Ref = RefObject<HTMLInputElement | null>;

function Keys() {
  return (
    <details className="log-keys">
      <summary>Keys</summary>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Download({ runId, state }: { readonly runId: string; readonly state: ViewerState }) {
  const client = useClient();
  const [isBusy, setBusy] = useState(false);
  return (
    <Button
      variant="quiet"
      isDisabled={isBusy}
      onPress={() => {
        setBusy(true);
        void download(client, runId, state.container).finally(() => setBusy(false));
      }}
    >
      {isBusy ? 'Downloading…' : 'Download'}
    </Button>
  );
}

export function Tools({ viewer, state, runId, goTo }: Props & { runId: string; goTo: Ref }) {
  const { steps, foldedSteps, isWrapped, chosen } = state;
  return (
    <div className="log-tools" role="toolbar" aria-label="The log">
      <Troubles viewer={viewer} state={state} />
      <GoTo viewer={viewer} input={goTo} />
      <Containers viewer={viewer} state={state} />
      <Times viewer={viewer} state={state} />
      <button
        type="button"
        className="log-toggle"
        aria-pressed={isWrapped}
        onClick={() => {
          viewer.stage.isWrapped = !isWrapped;
        }}
      >
        Wrap
      </button>
      {steps > 0 && (
        <Button variant="quiet" onPress={() => viewer.foldAll(foldedSteps < steps)}>
          {foldedSteps < steps ? 'Fold steps' : 'Unfold steps'}
        </Button>
      )}
      {chosen && (
        <Button variant="quiet" onPress={() => void copyChosen(viewer)}>
          {chosen.from === chosen.to
            ? 'Copy line'
            : `Copy ${(chosen.to - chosen.from + 1).toLocaleString('en-US')} lines`}
        </Button>
      )}
      <Download runId={runId} state={state} />
      <Keys />
    </div>
  );
}
