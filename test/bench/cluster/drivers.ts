/** What drivers do, as scripts for a shell that has little: busybox. */
import { READ_UP } from './clock.ts';

export type Counting = {
  readonly lines: number;
  /** 0: as fast as it can. Otherwise a multiple of 100 divides best: the clock has hundredths. */
  readonly perSecond: number;
};

/** Between two looks at the clock, so that a shell and its `sleep` do not use up a core. */
const PAUSE_SECONDS = 0.02;
/** A container runtime without processor time drops what is printed right before an exit. */
const REST_SECONDS = 1;

/**
 * Prints `number uptime` from 1 on. Lines are due in even steps from the first one: a shell that is
 * held up catches up, and each line carries the time at which it was printed, not that at which it was due.
 */
export const countUp = ({ lines, perSecond }: Counting): string => `${READ_UP}
from=\${up%.*}\${up#*.} n=0
while [ $n -lt ${lines} ]; do
  ${READ_UP}
  due=${perSecond > 0 ? `$(( (\${up%.*}\${up#*.} - from) * ${perSecond} / 100 + 1 ))` : '$((n + 100))'}
  [ $due -gt ${lines} ] && due=${lines}
  while [ $n -lt $due ]; do n=$((n + 1)); echo "$n $up"; done
  ${perSecond > 0 ? `[ $n -lt ${lines} ] && sleep ${PAUSE_SECONDS}` : ':'}
done
sleep ${REST_SECONDS}`;
