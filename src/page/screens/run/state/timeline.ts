/** How long a run was in each state, from its status events. */
import { isTerminal, type RunState } from '../../../../core/events/state.ts';

export type StateChange = {
  readonly state: RunState;
  readonly at: string;
  /** What it waited for, or why it ended. */
  readonly why: string | null;
};

export type Stage = {
  readonly state: RunState;
  readonly from: string;
  /** Null while it lasts, and for the end. */
  readonly to: string | null;
  readonly seconds: number;
  readonly reasons: readonly string[];
};

/** One stage for each time in a state, oldest first. The end has no length. */
export function stagesOf(changes: readonly StateChange[], nowMs: number): readonly Stage[] {
  const stages: Stage[] = [];
  for (const { state, at, why } of changes) {
    const last = stages.at(-1);
    const reasons = why === null ? [] : [why];
    if (last?.state === state) {
      const known = last.reasons.includes(why ?? '') ? last.reasons : [...last.reasons, ...reasons];
      stages[stages.length - 1] = { ...last, reasons: known };
    } else stages.push({ state, from: at, to: null, seconds: 0, reasons });
  }
  return stages.map((stage, index) => {
    const to = stages[index + 1]?.from ?? null;
    if (to === null && isTerminal(stage.state)) return stage;
    const end = to === null ? nowMs : Date.parse(to);
    return { ...stage, to, seconds: Math.max(0, (end - Date.parse(stage.from)) / 1_000) };
  });
}
