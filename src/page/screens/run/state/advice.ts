/** What to do about a run: for each reason a sentence of advice, and where that is done. */
import { isTerminal, type RunState } from '../../../../core/events/state.ts';
import { REASONS, type ReasonCode } from '../../../../core/reasons.ts';

/**
 * `lane`, `target`, `pipeline`: look at it. `log`: its last lines. `again`: start the same. `edit`: start it with other params or settings.
 * `gone`: an admin confirms that nothing is left. `cancel`: end it.
 */
export type AdviceAction = 'lane' | 'target' | 'log' | 'again' | 'edit' | 'gone' | 'cancel';

export type Advice = { readonly text: string; readonly actions: readonly AdviceAction[] };

const say = (text: string, ...actions: AdviceAction[]): Advice => ({ text, actions });

const ADVICE: Readonly<Record<ReasonCode, Advice>> = {
  lane_entering: say('Nothing to do: it gets its place in the queue within seconds.'),
  lane_busy: say(
    'It starts when a place is free. See who holds the places, and who is before it.',
    'lane',
  ),
  lane_paused: say(
    'Nothing starts in this lane until somebody resumes it. Ask an admin if you may not.',
    'lane',
  ),
  lane_deleted: say('Start it again: the lane is made anew.', 'again', 'edit'),
  domain_quota: say('It starts when other runs of your domain end. An admin can raise the quota.'),
  session_busy: say(
    'Nothing to do: it starts when the task pods of the run that it continues are gone. If its cluster is gone for good, an admin confirms that of the other run.',
    'target',
  ),
  job_pending: say('Nothing to do: its Job is being made.'),
  target_unreachable: say(
    'It goes on when the cluster answers; what runs there is not harmed. If that takes long, tell an admin: the credentials may have ended.',
    'target',
  ),
  quota: say("It goes on when the namespace's quota has room. An admin can raise it.", 'target'),
  job_refused: say(
    'The message says what the cluster refused. Change that, or choose another target; a rule of the cluster is for an admin.',
    'edit',
    'target',
  ),
  pod_refused: say(
    'It goes on when the cluster takes the pod. The message says what is refused: quota, a security rule or an account, all of them for an admin.',
    'target',
    'cancel',
  ),
  unschedulable: say(
    'No node has room, or fits what it asks for. It waits until one does: ask for less CPU or memory, or ask an admin for nodes.',
    'edit',
    'target',
    'cancel',
  ),
  scheduling_gated: say(
    'Another program of the cluster lets it go on. An admin knows which one.',
    'target',
  ),
  invalid_image: say('Correct the name of the image.', 'edit'),
  image_pull: say(
    'Check the name and tag of the image, and that the cluster may pull it: a private registry needs a secret, which an admin adds to the target.',
    'edit',
    'target',
    'again',
  ),
  container_config: say(
    'The message says what cannot be made, such as a Secret or key that is not there.',
    'edit',
    'target',
  ),
  volume_attach: say(
    'Often it passes: start it again. If not, an admin looks at the volume of the target.',
    'again',
    'target',
  ),
  volume_mount: say(
    'Often it passes: start it again. If not, an admin looks at the volume of the target.',
    'again',
    'target',
  ),
  pod_sandbox: say(
    'Often it passes: start it again. If not, the network of the node needs an admin.',
    'again',
    'target',
  ),
  pod_warning: say(
    'The warning comes from the cluster. If it stays, show it to an admin.',
    'target',
  ),
  not_started: say(
    'Start it again. If it happens twice, an admin looks at the target.',
    'again',
    'target',
  ),
  init_failed: say('The log of that container says why.', 'log', 'edit'),
  command_not_found: say('Correct the command, or take an image that has it.', 'edit', 'log'),
  exit_code: say(
    'The program ended by itself with an error: its last lines say which. Correct the params or the program, then start it again.',
    'log',
    'edit',
  ),
  out_of_memory: say('Give it more memory, or less to do at once.', 'edit', 'log'),
  killed: say(
    'Its own code or its node ended it by a signal. Look at the last lines; start it again if they show no cause.',
    'log',
    'again',
  ),
  deadline_exceeded: say('Give it more time by a longer deadline, or less to do.', 'edit', 'log'),
  cancelled: say('It was ended on request. It can be started again.', 'again', 'edit'),
  evicted: say(
    'Its node ran short of memory or disk. Start it again; if it happens twice, ask for more memory.',
    'again',
    'edit',
  ),
  preempted: say('Pods of higher priority needed the room. Start it again.', 'again'),
  drained: say('Its node was emptied, as for an upgrade. Start it again.', 'again'),
  node_shutdown: say('Start it again: the node is gone, and another takes it.', 'again'),
  node_lost: say(
    'It is seen again when the node answers, or ends when the cluster gives the node up.',
    'target',
    'again',
  ),
  pod_deleted: say(
    'Somebody deleted its pod on the cluster. Start it again; an admin can find out who.',
    'again',
  ),
  driver_lost: say(
    'Whatever it wrote is where it was. Look at its log and results, then start it again.',
    'log',
    'again',
  ),
  stray_pod: say('It goes on when those pods are gone. An admin deletes them.', 'target'),
  target_gone: say('What it was doing is unknown. Start it again on another target.', 'edit'),
};

/** Advice where no reason says anything: what to expect of the state. */
const OF_STATE: Readonly<Partial<Record<RunState, string>>> = {
  queued: 'It waits for its place.',
  starting: 'The cluster makes its pod: the image is pulled, volumes are set up.',
  cancelling: 'Its driver is told to end. Its place is free when nothing of it is left.',
  failed: 'No reason was found. Its last lines may say more.',
};

export function adviceOf(state: RunState, code: ReasonCode | undefined): Advice | undefined {
  if (state === 'cancelling') return say(OF_STATE.cancelling ?? '');
  const known = code === undefined ? undefined : ADVICE[code];
  // A newer server may have codes that this page does not know.
  if (known !== undefined)
    return { ...known, actions: known.actions.filter((action) => fits(action, state)) };
  const text = OF_STATE[state];
  return text === undefined
    ? undefined
    : say(text, ...(state === 'failed' ? (['log'] as const) : []));
}

/** What starts another run waits for the end of this one; what ends it comes before. */
function fits(action: AdviceAction, state: RunState): boolean {
  if (action === 'again') return isTerminal(state);
  if (action === 'cancel' || action === 'gone') return !isTerminal(state);
  return true;
}

/** For a run that waits: whether it goes on by itself, and how long it is given. */
export function patienceOf(state: RunState, code: ReasonCode | undefined): string | undefined {
  if (code === undefined || isTerminal(state) || state === 'running') return undefined;
  const rule = REASONS[code];
  if (rule === undefined) return undefined;
  if (rule.graceMs !== undefined) {
    const minutes = Math.round(rule.graceMs / 60_000);
    return rule.heals
      ? `It is tried again by itself, and given up after ${minutes} min.`
      : `It is given up after ${minutes} min.`;
  }
  return rule.heals ? 'It goes on by itself.' : undefined;
}
