/** Which runs are selected, and what a cancel of them would do. */
import { useCallback, useRef, useState } from 'react';
import { between, toggled } from '../../../ui/grid-keys.ts';
import { type Plan, planOf } from '../cancel/plan.ts';
import type { RunList } from '../list/run-list.ts';

export function useSelection(list: RunList, order: readonly string[]) {
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  const [cancelPlan, setPlan] = useState<Plan | undefined>(undefined);
  const ofSelection = useRef(false);
  const last = useRef<string | undefined>(undefined);
  const shown = useRef(order);
  shown.current = order;
  // The rows must not be drawn anew because the list has grown.
  const toggle = useCallback((id: string, ranges: boolean) => {
    const from = last.current;
    last.current = id;
    select((before) =>
      ranges && from !== undefined
        ? new Set([...before, ...between(shown.current, from, id)])
        : toggled(before, id),
    );
  }, []);
  const planCancel = useCallback(
    (ids: Iterable<string>) => {
      ofSelection.current = false;
      setPlan(planOf(ids, list.get));
    },
    [list],
  );
  const planSelected = (): void => {
    ofSelection.current = true;
    setPlan(planOf(selected, list.get));
  };
  /** `sent`: for which a cancel was sent. They are done with; who only looked keeps what is selected. */
  const endCancel = useCallback((sent: Iterable<string>) => {
    setPlan(undefined);
    const done = new Set(sent);
    if (ofSelection.current) select((before) => new Set([...before].filter((id) => !done.has(id))));
  }, []);
  return { selected, select, toggle, cancelPlan, planCancel, planSelected, endCancel };
}
