/** The log of a run. Load it lazily: it brings its workers with it. */
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useClient } from '../app/context.tsx';
import { useStore } from '../app/store.ts';
import { Button } from '../ui/button.tsx';
import { Empty, Problem } from '../ui/states.tsx';
import { SearchBar } from './bar/search-bar.tsx';
import { copyChosen } from './bar/take-away.ts';
import { Tools } from './bar/tools.tsx';
import type { LogFeed } from './feed.ts';
import { listen } from './view/input.ts';
import { Viewer, type ViewerState } from './view/viewer.ts';
import './log.css';

export type LogViewerProps = {
  readonly runId: string;
  /**
   * Events of the run as they happen, from any seq on, each once or more; those that it missed it reads by itself. Undefined: the run is
   * over, and its log is read once. Give the same object in every drawing (`createLogFeed` in a state or a ref).
   */
  readonly live: LogFeed | undefined;
  /** What is shown first where `place` names no line. Default: the end of a live log, the start of another. */
  readonly initial?: 'start' | 'end';
  /** The fragment of the address, with or without `#`: `L10`, `L10-L20`. The viewer goes there when it changes. */
  readonly place?: string;
  /** A reader has chosen lines, or none (`''`): the new fragment without `#`, for an address that replaces the one before. */
  readonly onPlace?: (place: string) => void;
};

const number = (value: number): string => value.toLocaleString('en-US');

function Status({ state, isLive }: { readonly state: ViewerState; readonly isLive: boolean }) {
  const { seq, lastSeq, full } = state.loaded;
  const lines = state.lines === 1 ? '1 line' : `${number(state.lines)} lines`;
  if (full) return `${lines}. The log is longer than this page can show: download it for the rest.`;
  if (seq === 0 || seq < lastSeq) return state.problem ? lines : `${lines}, loading…`;
  return isLive && state.isFollowing ? `${lines}, following` : lines;
}

/** What a screen reader says by itself: no counts, which change all the time. */
function announced(state: ViewerState, isLive: boolean): string {
  const { seq, lastSeq } = state.loaded;
  if (seq === 0 || seq < lastSeq) return 'The log is being loaded.';
  if (!isLive) return 'The log is loaded.';
  if (state.isFollowing) return 'The end of the log is followed.';
  return state.newLines > 0 ? 'There are new lines at the end.' : 'The log is not followed.';
}

/** The way back to the end. */
function ToEnd({ viewer, state }: { readonly viewer: Viewer; readonly state: ViewerState }) {
  if (state.isFollowing || state.isAtEnd) return null;
  const { newLines } = state;
  return (
    <div className="log-to-end">
      <Button variant={newLines > 0 ? 'primary' : 'plain'} onPress={() => viewer.stage.follow()}>
        ↓ {newLines > 0 ? `${number(newLines)} new ${newLines === 1 ? 'line' : 'lines'}` : 'End'}
      </Button>
    </div>
  );
}

/** What there is to say where lines would be, or are missing. */
function Notice({ viewer, state }: { readonly viewer: Viewer; readonly state: ViewerState }) {
  const { problem, loaded, lines } = state;
  if (problem)
    return (
      <Problem error={problem.error} what="The log">
        {problem.retryMs !== undefined && (
          <Button onPress={() => viewer.link.again()}>Try now</Button>
        )}
      </Problem>
    );
  if (lines > 0 || loaded.seq === 0 || loaded.seq < loaded.lastSeq) return null;
  return <Empty>No line was printed yet.</Empty>;
}

function Parts(props: LogViewerProps & { readonly viewer: Viewer }) {
  const { viewer, runId, live } = props;
  const state = useStore(viewer.state);
  const search = useRef<HTMLInputElement>(null);
  const goTo = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const open = (input: HTMLInputElement | null): void => {
      input?.focus();
      input?.select();
    };
    return listen(viewer, {
      openSearch: () => open(search.current),
      openGoTo: () => open(goTo.current),
      copy: () => void copyChosen(viewer),
    });
  }, [viewer]);
  return (
    <>
      <div className="log-head">
        <SearchBar viewer={viewer} state={state} input={search} />
        <Tools viewer={viewer} state={state} runId={runId} goTo={goTo} />
      </div>
      <Notice viewer={viewer} state={state} />
      <div className="log-foot">
        <span className="muted">
          <Status state={state} isLive={live !== undefined} />
        </span>
        <span className="unseen" role="status">
          {announced(state, live !== undefined)}
        </span>
        <ToEnd viewer={viewer} state={state} />
      </div>
    </>
  );
}

/** Fills the height of its parent, which has to have one of its own; at least 20 rem. */
export function LogViewer(props: LogViewerProps) {
  const { runId, live, place = '' } = props;
  const initial = props.initial ?? (live ? 'end' : 'start');
  const client = useClient();
  const scroller = useRef<HTMLDivElement>(null);
  const [viewer, setViewer] = useState<Viewer>();
  const onPlace = useEffectEvent((text: string) => props.onPlace?.(text));
  const make = useEffectEvent((element: HTMLElement) => {
    const deps = { client, runId, scroller: element, initial, place };
    return new Viewer({ ...deps, onPlace: (text) => onPlace(text) });
  });
  useEffect(() => {
    if (!scroller.current) return undefined;
    const made = make(scroller.current);
    setViewer(made);
    return () => {
      setViewer(undefined);
      made.close();
    };
  }, [client, runId]);
  useEffect(() => viewer?.link.follow(live), [viewer, live]);
  useEffect(() => viewer?.setPlace(place), [viewer, place]);
  return (
    <section className="log" aria-label="Log">
      {viewer && <Parts {...props} viewer={viewer} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keys. */}
      <div
        ref={scroller}
        className="log-scroller"
        role="region"
        aria-label="Lines of the log"
        tabIndex={0}
      />
    </section>
  );
}
