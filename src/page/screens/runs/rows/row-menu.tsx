/** What can be done with one run: by a menu, and by keys. */
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { isTerminal } from '../../../../core/events/state.ts';
import { useMay } from '../../../app/context.tsx';
import { copyText } from '../../../ui/copy.tsx';
import type { MenuAction } from '../../../ui/menu.tsx';
import type { RunList } from '../list/run-list.ts';

const Menu = lazy(async () => {
  const { Menu: it } = await import('../../../ui/menu.tsx');
  return { default: it };
});

/** The actions of a run that the caller may take. */
function useActions(list: RunList, planCancel: (ids: Iterable<string>) => void) {
  const navigate = useNavigate();
  const mayLaunch = useMay('launch');
  return useCallback(
    (runId: string): readonly MenuAction[] => {
      const run = list.get(runId);
      const steering: readonly MenuAction[] = [
        {
          id: 'rerun',
          label: 'Start again…',
          shortcut: 'r',
          run: () => void navigate({ to: '/start', search: () => ({ from: runId }) }),
        },
        {
          id: 'cancel',
          label: 'Cancel…',
          shortcut: 'c',
          tone: 'danger',
          isDisabled: run === undefined || isTerminal(run.state) || run.state === 'cancelling',
          run: () => planCancel([runId]),
        },
      ];
      const link = `${location.origin}/ui/runs/${runId}`;
      return [
        {
          id: 'open',
          label: 'Open',
          shortcut: 'Enter',
          run: () => void navigate({ to: '/runs/$runId', params: { runId } }),
        },
        {
          id: 'copy-id',
          label: 'Copy id',
          shortcut: 'y',
          run: () => void copyText(runId, 'The id'),
        },
        { id: 'copy-link', label: 'Copy link', run: () => void copyText(link, 'The link') },
        ...(mayLaunch ? steering : []),
      ];
    },
    [list, mayLaunch, navigate, planCancel],
  );
}

export function useRowMenu(list: RunList, planCancel: (ids: Iterable<string>) => void) {
  const [menuOf, setMenuOf] = useState<string | undefined>(undefined);
  const button = useRef<Element | null>(null);
  const actionsOf = useActions(list, planCancel);

  const openMenu = useCallback((id: string, at: HTMLElement) => {
    button.current = at;
    setMenuOf(id);
  }, []);

  const onKey = (key: string, id: string): boolean => {
    if (key === 'm' || key === 'ContextMenu') {
      const row = document.querySelector(`[data-id="${id}"] [aria-haspopup=menu]`);
      if (row instanceof HTMLElement) openMenu(id, row);
      return true;
    }
    const action = actionsOf(id).find(({ shortcut }) => shortcut === key);
    if (action === undefined || action.isDisabled) return false;
    action.run();
    return true;
  };

  const actions = useMemo(
    () => (menuOf === undefined ? [] : actionsOf(menuOf)),
    [menuOf, actionsOf],
  );
  const menu = menuOf !== undefined && (
    <Suspense>
      <Menu
        label={`Actions of ${menuOf}`}
        actions={actions}
        at={button}
        onClose={() => setMenuOf(undefined)}
      />
    </Suspense>
  );
  return { openMenu, menu, onKey };
}
