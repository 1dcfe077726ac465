/** What to do about an error, by its code, and about a server that does not answer. */
import type { SluiceError } from '../../client/index.ts';

const PROFILES = '`sluice profiles` shows the addresses that are known.';
const AGAIN = 'Wait a moment, then try again.';

const HINTS: Readonly<Record<SluiceError['code'], string>> = {
  unreachable: `Is the server running, and is its address right? ${PROFILES}`,
  unexpected: `Is this the address of a Sluice server, without a path? ${PROFILES}`,
  bad_request:
    'Is this `sluice` of the same version as the server? `sluice --version` tells its own.',
  unauthorized: 'Sign in with `sluice login URL`, or set SLUICE_TOKEN.',
  forbidden: '`sluice whoami` shows what you may do; an admin of your domain can give more.',
  not_found:
    '`sluice list`, `sluice tasks RUN`, `sluice lanes`, `sluice pipelines` and `sluice targets` show what there is.',
  no_such_pipeline:
    '`sluice pipelines` shows the names that there are. A pipeline of a repository is written OWNER/NAME.',
  method_not_allowed: 'The server is older than this `sluice`: take that of the same version.',
  not_acceptable: 'Is a proxy between here and the server that changes headers? Go around it.',
  lane_busy: 'Wait, cancel the run that holds the place, or start without `--on-busy reject`.',
  lane_paused: 'Resume it with `sluice lanes set NAME --resume`.',
  conflict: 'Look at what is there, then change it, or take another name.',
  too_many_lanes: 'Delete idle ones with `sluice lanes delete NAME`.',
  changed: 'Somebody else was faster: look at it again, then repeat.',
  precondition_failed: 'Somebody else has changed it: look at it again, then repeat.',
  not_over: 'End it with `sluice cancel RUN`, and wait until `sluice show RUN` tells its end.',
  not_queued:
    'Only a run that waits has a priority to change: `sluice show RUN` tells where it is.',
  not_readable: '`sluice files RUN` shows where the files are.',
  over: 'Start it again with `sluice rerun RUN`, with other labels if you like.',
  session_busy:
    'Wait for the run that is named, or cancel it; or start anew with `sluice rerun RUN`.',
  log_gone: 'Nextflow wrote it to the work folder of the task, as .command.log.',
  not_resumable: 'Start it from the beginning with `sluice rerun RUN`.',
  held: 'End the hold with `sluice hold RUN --end`.',
  gone: '`sluice list` shows the runs that are kept.',
  too_large: 'Send less: put large values into a file that the run reads by itself.',
  file_too_large: 'Read it in parts: `sluice files RUN PATH -o FILE` does.',
  unsupported_media_type:
    'Is a proxy between here and the server that changes headers? Go around it.',
  range_not_satisfiable: 'It is shorter: read it without a range.',
  invalid: 'Mend what is named. `sluice COMMAND --help` shows what a command takes.',
  idempotency_mismatch: 'Take another --idempotency-key, or send the first request unchanged.',
  upgrade_required: `Is this the address of a Sluice server, without a path? ${PROFILES}`,
  rate_limited: AGAIN,
  quota_exceeded:
    '`sluice domains NAME` shows the quotas. Wait until runs have ended, or ask an admin.',
  lane_full: 'Wait until its queue is shorter, cancel what waits there, or take another --lane.',
  internal: `${AGAIN} If it stays, give the id of the request to who runs the server.`,
  files_unavailable: `${AGAIN} \`sluice show RUN\` tells whether its target is in trouble.`,
  schema_mismatch: 'Who runs the server has to finish its upgrade, or undo it.',
  unavailable: `${AGAIN} Nothing that was accepted is lost.`,
};

/** By the code of the operating system, of TLS, or of the HTTP library. */
const NETWORK: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, `Nothing listens there: is the server running? ${PROFILES}`],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    `The name of the host is not known: is it spelt right, and are you in its network? ${PROFILES}`,
  ],
  [
    /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/,
    'Its certificate is not trusted here: name that of its authority in NODE_EXTRA_CA_CERTS, and check the name of the host.',
  ],
  [
    /^(EPROTO|ERR_SSL_)/,
    'It does not speak TLS there: is it http:// in place of https://, or another port?',
  ],
  [
    /^(ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT)$/,
    'There is no way to it: are you in its network, or is a VPN or proxy missing?',
  ],
  [
    /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    `${AGAIN} What was started may run: \`sluice list\` shows it.`,
  ],
];

/** The first code in an error and its causes. */
function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    if (!(at.name === 'SluiceError') && 'code' in at && typeof at.code === 'string') return at.code;
    at = at.cause;
  }
  return undefined;
}

/** One sentence on what to do. */
export function hintOf(error: SluiceError): string {
  if (error.code === 'unreachable') {
    const code = codeOf(error) ?? '';
    const found = NETWORK.find(([pattern]) => pattern.test(code));
    if (found) return found[1];
  }
  // A proxy answers so in the place of a server that is away.
  if (error.code === 'unexpected' && error.status >= 502 && error.status <= 504)
    return HINTS.unavailable;
  return HINTS[error.code] ?? HINTS.bad_request;
}
