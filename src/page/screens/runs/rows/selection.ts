/** Which runs are selected, and what a cancel of them would do. */
import { useCallback, useRef, useState } from 'react';
import { between, toggled } from '../../../ui/grid-keys.ts';
import { type Plan, planOf } from '../cancel/plan.ts';
import type { RunList } from '../list/run-list.ts';

export function useSelection(list: RunList, order: readonly string[]) {
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  const [cancelPlan, setPlan] = useState<Plan | undefined>(undefined);
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
  const planCancel = useCallback((ids: Iterable<string>) => setPlan(planOf(ids, list.get)), [list]);
  const endCancel = useCallback(() => {
    setPlan(undefined);
    select(new Set());
  }, []);
  return { selected, select, toggle, cancelPlan, planCancel, endCancel };
}
