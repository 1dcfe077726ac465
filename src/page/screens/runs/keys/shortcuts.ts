/** Keys that work without the focus in the list. They can be turned off: speech input may type them by accident. */
import { useEffect, useEffectEvent } from 'react';
import { createStore } from '../../../app/store.ts';

const STORED = 'sluice.single-keys';
export const singleKeys = createStore(localStorage.getItem(STORED) !== 'off');

export function chooseSingleKeys(on: boolean): void {
  localStorage.setItem(STORED, on ? 'on' : 'off');
  singleKeys.set(on);
}

export const KEYS = [
  ['/', 'Search'],
  ['j, ↓', 'Next run'],
  ['k, ↑', 'Previous run'],
  ['Page Up, Page Down', 'A screen up or down'],
  ['Home, End', 'First, last run'],
  ['Enter', 'Open the run'],
  ['x, Space', 'Select the run'],
  ['Shift and a move', 'Select on the way'],
  ['Esc', 'Select nothing'],
  ['c', 'Cancel the selected runs, or this one'],
  ['r', 'Start the run again, with its values to change'],
  ['y', "Copy the run's id"],
  ['m', 'All actions of the run'],
  ['?', 'These keys'],
] as const;

type Actions = { search(): void; help(): void; firstRow(): void };

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  target.getAttribute('type') !== 'checkbox';

export function useShortcuts(actions: Actions): void {
  const take = useEffectEvent((event: KeyboardEvent) => {
    const { key, target, ctrlKey, metaKey, altKey, defaultPrevented } = event;
    if (defaultPrevented || ctrlKey || metaKey || altKey || !singleKeys.get()) return;
    if (isTyping(target) || document.querySelector('[role=dialog]') !== null) return;
    const isInList = target instanceof Element && target.closest('[role=grid]') !== null;
    if (key === '/') actions.search();
    else if (key === '?') actions.help();
    else if ((key === 'j' || key === 'k') && !isInList) actions.firstRow();
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => take(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}
