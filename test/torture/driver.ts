/** Scripts for drivers, and what each prints to the byte. For any POSIX shell with awk, busybox too. */
import { randomUUID } from 'node:crypto';

export type Driver = {
  readonly script: string;
  readonly printed: Buffer;
};

/** A node that is starved drops what is printed right before the exit: an end of its own making. */
const REST = 'sleep 1';

const FILL = '0123456789abcdefghijklmnopqrstuvwxyz-'.repeat(4);
/** 68 to 127 bytes with the line end, 97.5 on average: no two neighbours are alike. */
const line = (index: number): string =>
  `${String(index).padStart(7, '0')} ${FILL.slice(0, 59 + ((index * 7) % 60))}\n`;

/** Defines `lines FROM TO`, which prints them as fast as it can. */
const LINES = `lines() { awk -v a=$1 -v b=$2 -v f=${FILL} 'BEGIN {
  for (i = a; i < b; i++) printf "%07d %s\\n", i, substr(f, 1, 59 + (i * 7) % 60)
}'; }`;

/** `count` lines in `batches` equal batches, with a pause of so many seconds after each. */
export function numbered(count: number, batches = 1, pause = 0): Driver {
  const size = count / batches;
  const wait = pause > 0 ? `sleep ${pause}; ` : '';
  return {
    script: `${LINES}; n=0; while [ $n -lt ${count} ]; do lines $n $((n+${size})); ${wait}n=$((n+${size})); done; ${REST}`,
    printed: Buffer.from(Array.from({ length: count }, (_, index) => line(index)).join('')),
  };
}

/**
 * Begins late and rests at its end. A log that was rotated before the first read shows nothing of it,
 * so the follower has to be there before; and at the end the cluster's own log can be looked at.
 */
export const followed = ({ script, printed }: Driver): Driver => ({
  script: `sleep 5; ${script}; sleep 4`,
  printed,
});

/** One line, so that whoever reads the log is there, and then all others as fast as it can. */
export const rushed = (count: number): Driver => ({
  script: `${LINES}; lines 0 1; sleep 5; lines 1 ${count}; ${REST}`,
  printed: numbered(count).printed,
});

/** Begins late, and does not end before the file `gate` is there: what a test waits for comes first, on any machine. */
export function stored({ script, printed }: Driver): Driver & { readonly gate: string } {
  const gate = `/tmp/sluice-gate-${randomUUID()}`;
  return { gate, printed, script: `sleep 5; ${script}; until [ -e ${gate} ]; do sleep 1; done` };
}

/** A line, silence for so many seconds, a hundred lines, the end. */
export function silent(seconds: number): Driver {
  return {
    script: `${LINES}; lines 0 1; sleep ${seconds}; lines 1 101; ${REST}`,
    printed: numbered(101).printed,
  };
}

/** Bytes without a line end in which no piece can be missing or doubled unnoticed: 61 is prime. */
const WORD = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345678';

/**
 * Lines of these lengths in bytes, line ends not counted, each followed by a short numbered one; the
 * last one has no line end. With `pause` a line comes in pieces of 160,000 bytes, so many seconds apart.
 */
export function long(lengths: readonly number[], pause = 0): Driver {
  const piece = 160_000;
  const wait = pause > 0 ? `sleep ${pause}; ` : '';
  const define = `piece() { yes ${WORD} | tr -d '\\n' | head -c $1; }; long() { n=$1; while [ $n -gt ${piece} ]; do piece ${piece}; ${wait}n=$((n-${piece})); done; piece $n; }`;
  const last = lengths.length - 1;
  const commands = lengths.map((length, index) =>
    index === last ? `long ${length}` : `long ${length}; echo; lines ${index} ${index + 1}`,
  );
  const pieces = lengths.flatMap((length, index) => {
    const sizes = Array.from({ length: Math.ceil(length / piece) }, (_, at) =>
      Math.min(piece, length - at * piece),
    );
    const text = sizes.map((size) => WORD.repeat(Math.ceil(size / 61)).slice(0, size)).join('');
    return index === last ? [text] : [text, '\n', line(index)];
  });
  return {
    script: `${LINES}; ${define}; ${commands.join('; ')}; ${REST}`,
    printed: Buffer.from(pieces.join('')),
  };
}
