/** Rows are all of one height: a line of two texts, or a card on narrow screens. */
import { useSyncExternalStore } from 'react';

const NARROW = matchMedia('(width < 45rem)');
/** As in `runs.css`. */
const ROW_REM = 3.5;
const CARD_REM = 6.25;

/** Letters may be larger than usual. */
const rem = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize);

function subscribe(listener: () => void): () => void {
  NARROW.addEventListener('change', listener);
  return () => NARROW.removeEventListener('change', listener);
}

/** In pixels. */
export const useRowHeight = (row = ROW_REM, card = CARD_REM): number =>
  useSyncExternalStore(subscribe, () => (NARROW.matches ? card : row) * rem());
