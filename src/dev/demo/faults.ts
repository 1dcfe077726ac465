/** The faults of the demo: it cuts the relays between clients and servers, and kills the host. */
import { signalProcess } from '../../emulators/kubernetes/containers/process-tree.ts';
import type { Stack, StackOptions } from '../stack.ts';
import { startTcpRelay, type TcpRelay } from './tcp-relay.ts';

export type Relays = {
  /** Puts the relays before Web PubSub, whose address clients get from the app. */
  readonly overrideSettings: NonNullable<StackOptions['overrideSettings']>;
  /** The API as clients reach it through the relays. */
  api(url: string): Promise<string>;
  /** Cuts all connections; new ones are taken. */
  cut(): void;
  close(): Promise<void>;
};

export function createRelays(): Relays {
  const relays: TcpRelay[] = [];
  const through = async (url: string): Promise<string> => {
    const relay = await startTcpRelay(url);
    relays.push(relay);
    return relay.url;
  };
  return {
    async overrideSettings(settings) {
      const { SLUICE_WEB_PUBSUB: hub = '' } = settings;
      const url = /Endpoint=([^;]+)/.exec(hub)?.[1] ?? '';
      return { ...settings, SLUICE_WEB_PUBSUB: hub.replace(url, await through(url)) };
    },
    api: through,
    cut() {
      for (const relay of relays) relay.cut();
    },
    async close() {
      await Promise.all(relays.map((relay) => relay.close()));
    },
  };
}

/** One fault, after so many waves of the example. Each happens once, in this order. */
export type Step = { readonly wave: number; readonly act: () => string };

export const faultsOf = (relays: Pick<Relays, 'cut'>, { pids }: Pick<Stack, 'pids'>): Step[] => [
  {
    wave: 2,
    act() {
      relays.cut();
      return 'the connections of both clients are cut';
    },
  },
  {
    wave: 3,
    act() {
      const { host } = pids;
      if (host === undefined) return 'the functions host is being started again';
      signalProcess(host, 'SIGKILL');
      return `the functions host, process ${host}, is killed`;
    },
  },
];
