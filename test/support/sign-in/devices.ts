/** What the test provider does for programs that sign people in by a code (RFC 8628), with the errors of the standard and of Entra. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { CLIENT_ID } from './issuer.ts';

export type DeviceOptions = {
  /** Seconds between questions; none where it is not told. */
  readonly interval?: number;
  /** How long a code is good. */
  readonly seconds?: number;
};

type Device = { readonly userCode: string; outcome: 'pending' | 'denied' | { person: string } };

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const opaque = (): string => randomBytes(24).toString('base64url');

/** `access` makes an access token of a person. */
export function createDevices(
  { interval, seconds = 900 }: DeviceOptions,
  origin: () => string,
  access: (person: string) => Promise<{ readonly token: string; readonly seconds: number }>,
) {
  const devices = new Map<string, Device>();
  const refreshes = new Map<string, string>();
  const asked: URLSearchParams[] = [];
  const answers: string[] = [];
  let refusal: string | undefined;

  const send = (response: ServerResponse, status: number, body: object): true => {
    response.setHeader('content-type', 'application/json');
    response.writeHead(status).end(JSON.stringify(body));
    return true;
  };
  const fail = (response: ServerResponse, error: string): true =>
    send(response, 400, { error, error_description: `AADSTS1: ${error}.\r\nTrace ID: 1` });

  async function give(response: ServerResponse, person: string): Promise<true> {
    const refresh = opaque();
    refreshes.set(refresh, person);
    const { token, seconds: expires_in } = await access(person);
    return send(response, 200, {
      token_type: 'Bearer',
      access_token: token,
      refresh_token: refresh,
      expires_in,
    });
  }

  function begin(form: URLSearchParams, response: ServerResponse): true {
    if (refusal !== undefined) return fail(response, refusal);
    if (form.get('client_id') !== CLIENT_ID) return fail(response, 'unauthorized_client');
    const userCode = `CODE-${devices.size + 1}`;
    const deviceCode = opaque();
    devices.set(deviceCode, { userCode, outcome: 'pending' });
    return send(response, 200, {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${origin()}/device`,
      expires_in: seconds,
      ...(interval !== undefined && { interval }),
    });
  }

  /** Answers a grant that is of a device; false where it is not. */
  async function token(form: URLSearchParams, response: ServerResponse): Promise<boolean> {
    const refresh = form.get('refresh_token') ?? '';
    const person = refreshes.get(refresh);
    if (form.get('grant_type') === 'refresh_token' && person !== undefined) {
      // Each is good once.
      refreshes.delete(refresh);
      return give(response, person);
    }
    if (form.get('grant_type') !== GRANT) return false;
    asked.push(form);
    const next = answers.shift();
    if (next === '503') return send(response, 503, {});
    if (next !== undefined) return fail(response, next);
    const device = devices.get(form.get('device_code') ?? '');
    if (device === undefined) return fail(response, 'invalid_grant');
    if (device.outcome === 'pending') return fail(response, 'authorization_pending');
    devices.delete(form.get('device_code') ?? '');
    if (device.outcome === 'denied') return fail(response, 'access_denied');
    return give(response, device.outcome.person);
  }

  const decide = (userCode: string, outcome: Device['outcome']): void => {
    const found = [...devices.values()].find((device) => device.userCode === userCode);
    if (found === undefined) throw new Error(`nobody asked for ${userCode}`);
    found.outcome = outcome;
  };
  return {
    begin,
    token,
    revoke(form: URLSearchParams, response: ServerResponse): true {
      refreshes.delete(form.get('token') ?? '');
      return send(response, 200, {});
    },
    /** The questions for tokens. */
    asked,
    /** Error codes of the next answers; `503` is one of a broken provider. */
    answers,
    /** From now on no code is given, with this error. */
    refuse: (error: string): void => void (refusal = error),
    /** As the person with this code does it. */
    approve: (userCode: string, person: string): void => decide(userCode, { person }),
    deny: (userCode: string): void => decide(userCode, 'denied'),
    /** Refresh tokens that are good. */
    refreshes,
  };
}
