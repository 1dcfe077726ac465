/** What helps to operate the service: documentation, readiness, metrics, and the rate limit's arithmetic. */
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRate } from '../../src/core/access/rate-limit.ts';
import { createRateLimit } from '../../src/engine/access/rate-limit.ts';
import { JOB, testApi } from '../api/support.ts';
import { asleep } from '../api/wait.ts';

describe('/docs', () => {
  it('loads everything from this address, and may not do otherwise', async () => {
    const api = testApi();
    const page = await api.call('/docs', { token: null });
    expect(page.headers.get('content-type')).toContain('text/html');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, address]) => address ?? '',
    );
    expect(loaded.length).toBe(4);
    for (const address of loaded) expect(address).toMatch(/^\/docs\//);
    expect(page.text).not.toMatch(/<script>/);
    expect((await api.call('/docs/start.js', { token: null })).text).toContain('/openapi.json');
    expect((await api.call('/docs/swagger-ui.css', { token: null })).text).toBe('body{}');
    expect((await api.call('/docs/swagger-ui-bundle.js', { token: null })).status).toBe(404);
    expect((await api.call('/docs/..%2fpackage.json', { token: null })).status).toBe(404);
  });
});

describe('/ui', () => {
  it('is the page at every address of a screen, which may connect only to where its life comes from', async () => {
    const api = testApi();
    for (const path of ['/ui', '/ui/', '/ui/runs', '/ui/runs/r1?tab=log', '/ui/lanes/a.b/x']) {
      const page = await api.call(path, { token: null });
      expect([page.status, page.text]).toEqual([200, 'index.html']);
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
      expect(policy).toContain("connect-src 'self' wss://push.example.org;");
      expect(page.headers.get('cache-control')).toBe('no-cache');
    }
    const home = await api.call('/', { token: null });
    expect([home.status, home.headers.get('location')]).toEqual([302, '/ui/']);
  });

  it('packs its files for who takes them, for ever where the name tells the content, under the same policy', async () => {
    const api = testApi();
    const script = await api.send('/ui/assets/main-1a2b.js', { token: null });
    expect(await script.text()).toBe('assets/main-1a2b.js');
    expect(script.headers.get('cache-control')).toContain('immutable');
    // A shared worker connects by the policy of its own file.
    expect(script.headers.get('content-security-policy')).toContain('wss://push.example.org');
    const headers = { 'accept-encoding': 'br, gzip' };
    const packed = await api.send('/ui/assets/main-1a2b.js', { token: null, headers });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    const bytes = new Uint8Array(await packed.arrayBuffer());
    expect(gunzipSync(bytes).toString()).toBe('assets/main-1a2b.js');
    for (const path of ['/ui/assets/other.js', '/ui/..%2fpackage.json', '/ui/%2e%2e/host.json'])
      expect((await api.call(path, { token: null })).status).toBe(404);
  });
});

describe('/health', () => {
  it('is live whatever storage does, and ready only while it answers', async () => {
    const api = testApi();
    expect((await api.call('/health/ready', { token: null })).status).toBe(200);
    Object.assign(api.store, { read: () => new Promise(() => undefined) });
    await api.clock.advance(1_000);
    expect((await api.call('/health/live', { token: null })).status).toBe(200);
    const waiting = api.call('/health/ready', { token: null });
    await asleep(api.clock);
    await api.clock.advance(2_000);
    expect(await waiting).toMatchObject({ status: 503, json: { code: 'unavailable' } });
  });
});

describe('probes', () => {
  it('cost one look at storage a second, however many come', async () => {
    const api = testApi();
    let reads = 0;
    const { read } = api.store;
    Object.assign(api.store, {
      read: (...args: Parameters<typeof read>) => {
        reads += 1;
        return read(...args);
      },
    });
    const probe = (path: string) => api.call(path, { token: null });
    const flood = () =>
      Promise.all(['/health/ready', '/health', '/healthz', '/health/ready'].map(probe));
    for (const { status } of await flood()) expect(status).toBe(200);
    await flood();
    expect(reads).toBe(1);
    await api.clock.advance(1_000);
    await flood();
    expect(reads).toBe(2);
  });
});

describe('/metrics', () => {
  it('counts runs and lanes from state, for those who may read', async () => {
    const api = testApi();
    for (const lane of ['a', 'a', 'b']) await api.call('/api/v1/runs', { body: { ...JOB, lane } });
    await api.clock.advance(5_000);
    const answer = await api.call('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const samples = Object.fromEntries(
      answer.text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => {
          const at = line.lastIndexOf(' ');
          return [line.slice(0, at), Number(line.slice(at + 1))];
        }),
    );
    expect(samples).toMatchObject({
      'sluice_runs{state="queued"}': 1,
      'sluice_runs{state="active"}': 2,
      'sluice_lane_active{lane="a"}': 1,
      'sluice_lane_queued{lane="a"}': 1,
      'sluice_lane_active{lane="b"}': 1,
      'sluice_lane_capacity{lane="default"}': 1,
    });
    expect(samples['sluice_oldest_queued_seconds']).toBe(5);
    expect((await api.call('/metrics', { token: null })).status).toBe(401);
  });
});

describe('the rate', () => {
  it('never lets more through than burst and rate together allow, and never less', () => {
    const steps = fc.array(fc.nat(500), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        steps,
        (perSecond, burst, pauses) => {
          let [now, tat]: [number, number | undefined] = [1_000_000, undefined];
          // The same by counting: a bucket of tokens that fills at the rate.
          let bucket = burst;
          for (const pause of pauses) {
            now += pause;
            bucket = Math.min(burst, bucket + (pause / 1_000) * perSecond);
            const decision = decideRate({ perSecond, burst }, tat, now);
            tat = decision.tat;
            expect(decision.allowed).toBe(bucket >= 1 - 1e-4);
            if (decision.allowed) bucket -= 1;
            expect(decision.remaining).toBe(Math.max(0, Math.floor(bucket + 1e-4)));
          }
        },
      ),
    );
  });

  it('lets in again exactly when it said', () => {
    const rule = { perSecond: 4, burst: 2 };
    const first = decideRate(rule, undefined, 0);
    const second = decideRate(rule, first.tat, 0);
    const third = decideRate(rule, second.tat, 0);
    expect(third).toMatchObject({ allowed: false, retryAfterMs: 250 });
    expect(decideRate(rule, third.tat, 249).allowed).toBe(false);
    expect(decideRate(rule, third.tat, 250).allowed).toBe(true);
  });

  it('shuts nobody out because the clock jumped back', () => {
    const rule = { perSecond: 1, burst: 5 };
    const { tat } = decideRate(rule, undefined, 10_000_000);
    expect(decideRate(rule, tat, 0).retryAfterMs).toBeLessThanOrEqual(1_000);
  });

  it('is remembered for 10,000 callers and no more', () => {
    const { take } = createRateLimit({ perSecond: 0.001, burst: 1 });
    expect(take('first', 0).allowed).toBe(true);
    expect(take('first', 0).allowed).toBe(false);
    for (let index = 0; index < 10_000; index += 1) take(`caller${index}`, 0);
    expect(take('first', 0).allowed).toBe(true);
  });
});
