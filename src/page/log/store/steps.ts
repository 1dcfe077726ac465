/**
 * Steps that lines tell of, to fold them. Told by markers: `##[group]` and `::group::` up to `##[endgroup]` and `::endgroup::` (GitHub and
 * Azure Pipelines), `section_start:<time>:<name>` up to `section_end` of the same name (GitLab). And Nextflow's table of processes: a line
 * `executor >` and the rows behind it. Nothing else is a step: no guess by indentation or by what lines look alike. Pure.
 */

export type Step = {
  /** Row of the line that stays when the step is folded. */
  readonly from: number;
  /** Its last row; undefined while it goes on. */
  to: number | undefined;
  /** The pod and container that it is of: lines of others in between are not part of it. */
  readonly source: number;
};

/** Steps that can be folded; the lines of more are shown as any others. */
const STEPS_MAX = 50_000;
/** Steps inside of steps. */
const DEPTH_MAX = 8;

const GROUP = /^(?:##\[group\]|::group::)/;
const GROUP_END = /^(?:##\[endgroup\]|::endgroup::)/;
/** Of the line as it was printed: a terminal shows only what comes behind the marker. */
const SECTION = /\bsection_(start|end):\d+:([\w.-]+)(?:\[[^\]]*\])?\r/;
const EXECUTOR = /^executor >\s/;
/** Like `[82/457482] split (1) | 1 of 1 ✔`, `[-        ] process > x -`, and `Plus 2 more processes waiting for tasks…`. */
const PROCESS = /^(?:\[(?:[0-9a-f]{2}\/[0-9a-f]{6}|-\s+|skipped\s*)\]\s|Plus \d+ more processes )/;

type Open = { readonly step: Step; readonly name: string };
const TABLE = '\n';

export type StepFinder = {
  /** Takes each line in order: as it was printed, and as it is shown. */
  take(row: number, source: number, raw: string, text: string): void;
  /** Steps that have begun or ended since the last call. */
  changed(): Step[];
};

export function createStepFinder(): StepFinder {
  const open = new Map<number, Open[]>();
  const last = new Map<number, number>();
  let changes = new Set<Step>();
  let count = 0;

  const begin = (stack: Open[], name: string, row: number, source: number): void => {
    if (count >= STEPS_MAX || stack.length >= DEPTH_MAX) return;
    count += 1;
    const step: Step = { from: row, to: undefined, source };
    stack.push({ step, name });
    changes.add(step);
  };
  /** Ends the step of this name, and what is open inside of it. */
  const end = (stack: Open[], name: string, row: number): void => {
    const at = stack.findLastIndex((each) => each.name === name);
    if (at < 0) return;
    for (const { step } of stack.splice(at)) {
      step.to = row;
      changes.add(step);
    }
  };

  function mark(stack: Open[], row: number, source: number, raw: string, text: string): void {
    const section = raw.includes('section_') ? SECTION.exec(raw) : null;
    if (GROUP.test(text)) {
      // A group begins where the one before ends, if nothing else has ended it.
      end(stack, 'group', row - 1);
      begin(stack, 'group', row, source);
    } else if (GROUP_END.test(text)) end(stack, 'group', row);
    else if (section?.[1] === 'start') begin(stack, `section ${section[2]}`, row, source);
    else if (section) end(stack, `section ${section[2]}`, row);
    else if (EXECUTOR.test(text)) begin(stack, TABLE, row, source);
  }

  return {
    take(row, source, raw, text) {
      let stack = open.get(source);
      if (!stack) open.set(source, (stack = []));
      // A table ends before the first line that is no row of it.
      if (stack.at(-1)?.name === TABLE && !PROCESS.test(text)) {
        end(stack, TABLE, last.get(source) ?? row - 1);
      }
      last.set(source, row);
      mark(stack, row, source, raw, text);
    },
    changed() {
      const told = [...changes].map((step) => ({ ...step }));
      changes = new Set();
      return told;
    },
  };
}
