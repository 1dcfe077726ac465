/** What a refusal of the Kubernetes API is about: the one object, or the target as a whole. */
import { describe, expect, test } from 'vitest';
import type { ClusterErrorCode } from '../../../src/ports/cluster.ts';
import { rejection } from './support/cluster-fixture.ts';
import { calls, failure, json, serve } from './support/server.ts';

const USER = 'User "system:serviceaccount:sluice:sluice-controller"';
const page = '<html>Sign in</html>';

const answers: readonly [what: string, code: ClusterErrorCode, status: number, said: string][] = [
  ['credentials that are not known', 'denied', 401, 'Unauthorized'],
  ["a proxy's 401", 'denied', 401, page],
  ["a proxy's 403", 'denied', 403, page],
  [
    'a right that is missing',
    'denied',
    403,
    `jobs.batch "x" is forbidden: ${USER} cannot create resource "jobs" in API group "batch" in the namespace "ns"`,
  ],
  [
    'a right that is missing, of a user with an odd name',
    'denied',
    403,
    'jobs.batch is forbidden: User "a \\"b\\": c" cannot list resource "jobs"',
  ],
  [
    'a namespace that is being deleted',
    'denied',
    403,
    'jobs.batch "x" is forbidden: unable to create new content in namespace ns because it is being terminated',
  ],
  [
    'a full quota',
    'refused',
    403,
    'jobs.batch "x" is forbidden: exceeded quota: q, requested: count/jobs.batch=1, used: count/jobs.batch=1, limited: count/jobs.batch=1',
  ],
  [
    'an admission webhook, whatever it quotes',
    'refused',
    403,
    `admission webhook "w.example.org" denied the request: pods is forbidden: ${USER} cannot create, because it is being terminated`,
  ],
  [
    'an admission policy, whatever it quotes',
    'refused',
    403,
    `jobs.batch "x" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ${USER} cannot run because it is being terminated`,
  ],
  ['an object that breaks a rule', 'refused', 422, 'Job.batch "x" is invalid: spec: Required'],
  ['an object that is too large', 'refused', 413, page],
  ["a proxy's 404", 'unavailable', 404, page],
  ["a proxy's 409", 'unavailable', 409, page],
  ["a proxy's 400", 'unavailable', 400, page],
];

describe.each(calls)('%s', (_, call) => {
  test.each(answers)('that meets %s is %s', async (_what, code, status, said) => {
    const { cluster } = await serve((_seen, response) => {
      if (said !== page) return json(response, status, failure(status, said));
      response.writeHead(status, { 'content-type': 'text/html' });
      return response.end(page);
    });
    expect(await rejection(call(cluster))).toMatchObject({
      code,
      status,
      message: said === page ? `The cluster answered with HTTP status ${status}` : said,
    });
  });
});
