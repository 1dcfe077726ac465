/** One line below all output of a terminal, which changes while output goes on above it. */
import { createLogUpdate } from 'log-update';
import sliceAnsi from 'slice-ansi';

/** Lines that come at once are written at once: the line below comes again when they pause. */
const PAUSE_MS = 40;

export type LiveLine = {
  /** Shows this line in place of the one before; null removes it. */
  show(line: string | null): void;
  /** Writes above it, by `write`. */
  above(text: string, write: (text: string) => void): void;
};

export function createLiveLine(stream: NodeJS.WriteStream): LiveLine {
  const live = createLogUpdate(stream, { showCursor: true });
  let wanted: string | null = null;
  /** Whether it is on the screen now. */
  let drawn = false;
  /** Whether the output above has not ended its last line, on which this one would be drawn. */
  let midLine = false;
  let timer: NodeJS.Timeout | undefined;

  const erase = (): void => {
    if (drawn) live.clear();
    drawn = false;
  };
  const draw = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (wanted === null || midLine) return;
    // A line that the terminal wraps could not be erased as one.
    live(sliceAnsi(wanted, 0, Math.max(1, stream.columns - 1)));
    drawn = true;
  };
  const onResize = (): void => {
    erase();
    draw();
  };
  return {
    show(line) {
      if (line === wanted) return;
      if (wanted === null) stream.on('resize', onResize);
      wanted = line;
      if (line === null) {
        stream.off('resize', onResize);
        clearTimeout(timer);
        timer = undefined;
        erase();
      } else if (timer === undefined) draw();
    },
    above(text, write) {
      erase();
      write(text);
      if (text !== '') midLine = !text.endsWith('\n');
      if (wanted !== null) timer ??= setTimeout(draw, PAUSE_MS);
    },
  };
}
