/** A workload of a real cluster signs in: with the token of its service account, checked by the keys that the cluster publishes. */
import { decodeJwt } from 'jose';
import { Agent, fetch as send } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIdentities } from '../../../src/adapters/openid/identities.ts';
import type { SignInRules } from '../../../src/core/access/sign-in.ts';
import { createAuthenticator } from '../../../src/engine/access/authenticator.ts';
import { memoryWorld } from '../../support/world.ts';
import { kubeconfig, type Lab, openLab } from '../support/lab.ts';

const AUDIENCE = 'api://sluice';

describe.skipIf(kubeconfig === '')('a service account of a real cluster', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab('sluice-workload');
  });
  afterAll(() => lab.remove());

  const tokenFor = async (audience: string): Promise<string> => {
    const made = await lab.core.createNamespacedServiceAccountToken({
      name: 'default',
      namespace: lab.namespace,
      body: { spec: { audiences: [audience], expirationSeconds: 600 } },
    });
    return made.status?.token ?? '';
  };

  test('may do what the settings give it, with a token for this app alone', async () => {
    const token = await tokenFor(AUDIENCE);
    const { iss = '', sub = '' } = decodeJwt(token);
    const dispatcher = new Agent({ connect: { ca: Buffer.from(lab.caData, 'base64') } });
    const reader = `Bearer ${await lab.controllerToken()}`;
    const memory = memoryWorld();
    const clock = { ...memory.clock, now: () => Date.now() };
    // A managed cluster publishes its keys; this one shows them at its own address, to its own accounts.
    const identities = createIdentities({
      issuer: iss,
      audiences: [AUDIENCE],
      tenant: undefined,
      clock,
      fetch: (async (input: string) =>
        send(new URL(new URL(input).pathname, lab.server), {
          dispatcher,
          headers: { authorization: reader },
        })) as unknown as typeof fetch,
    });
    const rules: SignInRules = {
      tenant: undefined,
      admins: [],
      grants: { [sub]: { domain: 'genomics', scopes: ['launch'] } },
    };
    const world = { ...memory.world, clock, identities };
    const tokens = createAuthenticator(world, undefined, rules);
    expect(await tokens.check(token, 'net')).toMatchObject({
      id: `app:system:serviceaccount:${lab.namespace}:default`,
      kind: 'workload',
      domain: 'genomics',
      scopes: ['launch'],
    });
    expect(await tokens.check(await tokenFor('api://other'), 'net')).toBeUndefined();
    await dispatcher.close();
  });
});
