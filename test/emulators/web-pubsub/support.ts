/** Clients of the Web PubSub emulator, cleaned up at the end of the test that opened them. */
import { WebPubSubServiceClient } from '@azure/web-pubsub';
import {
  WebPubSubClient,
  type WebPubSubClientOptions,
  WebPubSubJsonProtocol,
  WebPubSubJsonReliableProtocol,
} from '@azure/web-pubsub-client';
import { onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  createWebPubSub,
  type WebPubSub,
  type WebPubSubOptions,
} from '../../../src/emulators/web-pubsub/service.ts';
import { PATIENCE } from '../../support/patience.ts';

export const HUB = 'sluice';
export const GROUP = 'default.run.r0abc';

/** An emulator for one test, which reorders what is published at the same time. */
export async function start(options: WebPubSubOptions = {}): Promise<WebPubSub> {
  const service = await createWebPubSub({ reorder: true, ...options });
  onTestFinished(() => service.close());
  return service;
}

/** The service SDK; it does not retry unless asked to, so that statuses are seen as they are. */
export const restClient = (service: WebPubSub, hub = HUB, maxRetries = 0) =>
  new WebPubSubServiceClient(service.connectionString, hub, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries },
  });

export type Access = {
  readonly userId?: string;
  readonly roles?: string[];
  readonly groups?: string[];
};

export async function clientUrl(service: WebPubSub, access: Access = {}): Promise<string> {
  return (await restClient(service).getClientAccessToken(access)).url;
}

export type SdkMember = {
  readonly client: WebPubSubClient;
  /** Data of all group messages, oldest first. */
  readonly received: unknown[];
  /** `connected`, `disconnected`, `stopped`, in order. */
  readonly events: string[];
  readonly connectionId: () => string;
};

/** The client SDK, connected. */
export async function sdkMember(
  service: WebPubSub,
  protocol: 'json' | 'reliable',
  access: Access = {},
  options: Partial<WebPubSubClientOptions> = {},
): Promise<SdkMember> {
  const client = new WebPubSubClient(
    { getClientAccessUrl: () => clientUrl(service, access) },
    {
      protocol: protocol === 'json' ? WebPubSubJsonProtocol() : WebPubSubJsonReliableProtocol(),
      messageRetryOptions: { maxRetries: 1, retryDelayInMs: 10 },
      ...options,
    },
  );
  const received: unknown[] = [];
  const events: string[] = [];
  let connectionId = '';
  client.on('group-message', ({ message }) => void received.push(message.data));
  client.on('connected', (event) => {
    connectionId = event.connectionId;
    events.push('connected');
  });
  client.on('disconnected', () => void events.push('disconnected'));
  client.on('stopped', () => void events.push('stopped'));
  onTestFinished(() => client.stop());
  await client.start();
  await vi.waitUntil(() => events.includes('connected'), PATIENCE);
  return { client, received, events, connectionId: () => connectionId };
}

export type Socket = {
  readonly socket: WebSocket;
  /** Text frames as they came. */
  readonly frames: string[];
  /** The parsed frames that carry data. */
  readonly messages: () => Record<string, unknown>[];
  /** Close code, once closed. */
  readonly closed: Promise<number>;
  readonly reason: Promise<string>;
};

/** A WebSocket without an SDK; rejects with the HTTP status when it is refused. */
export async function openSocket(
  url: string,
  protocol: string[] = [],
  options: { readonly autoPong?: boolean; readonly headers?: Record<string, string> } = {},
): Promise<Socket> {
  const socket = new WebSocket(url, protocol, options);
  onTestFinished(() => socket.terminate());
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => frames.push(data.toString()));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const reason = new Promise<string>((resolve) => {
    socket.once('close', (_code, text) => resolve(text.toString()));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`HTTP ${response.statusCode}`));
    });
    socket.on('error', reject);
  });
  const messages = () =>
    frames
      .map((frame) => JSON.parse(frame) as Record<string, unknown>)
      .filter((frame) => frame['type'] === 'message');
  return { socket, frames, messages, closed, reason };
}

export const JSON_V1 = ['json.webpubsub.azure.v1'];
export const RELIABLE_V1 = ['json.reliable.webpubsub.azure.v1'];

/** The `connected` frame of a socket. */
export async function connectedFrame(socket: Socket): Promise<Record<string, unknown>> {
  await vi.waitUntil(() => socket.frames.length > 0, PATIENCE);
  return JSON.parse(socket.frames[0] ?? '{}') as Record<string, unknown>;
}
