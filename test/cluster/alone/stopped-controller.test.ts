/** The same on the real cluster of `../../../shared/lab`, whose controllers are one process of this machine. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { describe } from 'vitest';
import { stoppedControllerSuite } from '../../adapters/kubernetes/suites/stopped-controller.ts';
import { kubeconfig, openLab } from '../support/lab.ts';

/** Written by the lab: process id and when it started, in ticks since the machine did. */
const PID_FILE = join(dirname(kubeconfig), 'run/pid/kube-controller-manager');

/** The process, unless its id belongs to another one by now. */
function controllers(): number {
  const [pid = '', startedAt] = readFileSync(PID_FILE, 'utf8').trim().split(' ');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[19] !== startedAt) throw new Error('the controllers of the lab do not run');
  return Number(pid);
}

const holdControllers = (hold: boolean) => {
  process.kill(controllers(), hold ? 'SIGSTOP' : 'SIGCONT');
};

describe.skipIf(!existsSync(PID_FILE))('a real cluster', () => {
  stoppedControllerSuite('Kubernetes', async () => {
    const lab = await openLab('sluice-stopped');
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    // Also when this test process is told to end half-way.
    process.on('exit', () => holdControllers(false));
    return {
      cluster: lab.controller(),
      target: lab.target,
      config,
      image: 'local/busybox:1',
      holdControllers,
      close: () => lab.remove(),
    };
  });
});
