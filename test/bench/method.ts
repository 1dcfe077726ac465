/** The page that says how every figure is taken: `README.md` beside this file is its output. */
import type { Row } from './row.ts';

const ABOUT = `# Benchmark

\`npm run bench\` takes every figure that needs no cluster, \`npm run bench -- --cluster\` those on the cluster of \`KUBECONFIG\`.
\`--only ID[,ID]\` takes some, \`--list\` names them, \`--help\` tells the rest. A figure that misses its target is marked and is
no failure; a row that cannot be measured says why, and the exit code is 1. Raw samples, figures, machine and commit go to
\`results/local.json\` or \`results/cluster.json\`; more than 2,000 samples are thinned there evenly, the figures are of all.

This page is made by \`node test/bench/main.ts --method > test/bench/METHOD.md\`.

## What is measured

Everything is seen from outside the product: the number and the time that the driver itself prints on each line, the time at
which a client of \`src/client\` has it, \`/proc\` of the processes, and the requests that a counting relay or an emulator saw. Percentiles
are by nearest rank. "Lost" and "doubled" count the driver's own line numbers.

The stack is the one of \`npm start\`, at default settings (\`src/dev/stack.ts\`): the Functions host, Azurite (in memory), the Web PubSub
emulator with the limits of one unit, the Kubernetes emulator that runs each Job as a local process, and the real SDKs between
them; each is a process of its own. The timer runs every 5 s there, once a minute in Azure. Lanes are given the capacity that a
row needs. Drivers of local rows are one \`perl\` process each, because a shell would spend more on \`date\` and \`sleep\` than
the product spends on its lines. Everything, load and clients too, shares this machine, so each figure is an upper bound.
`;

const CLUSTER = `These need \`kubectl apply -k k8s-manifests\` and an image with a shell (\`local/busybox:1\`, another by \`BENCH_IMAGE\`).
The stack gets a token of the account \`sluice-controller\` and nothing more. Drivers and clients are on one machine, and its uptime is
their common clock: a shell reads hundredths of a second from \`/proc/uptime\`, and what that cuts off counts against the product.
`;

const bounds = (row: Row): string =>
  Object.entries(row.units)
    .map(([name, unit]) => {
      const target = row.targets[name];
      return target ? `${name} ${target[0]} ${target[1]} ${unit}` : `${name} (${unit})`;
    })
    .join(', ');

const section = (title: string, rows: readonly Row[], about = ''): string =>
  rows.length === 0
    ? ''
    : `\n## ${title}\n\n${about && `${about}\n`}${rows.map((row) => `### ${row.id}\n\n${row.title}: ${bounds(row)}.\n\n${row.method}\n`).join('\n')}`;

export const methodPage = (local: readonly Row[], cluster: readonly Row[]): string =>
  `${ABOUT}${section('Rows of this machine', local)}${section('Rows of a cluster', cluster, CLUSTER)}`;
