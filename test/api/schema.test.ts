/** An app that finds stored data of another version serves nothing, and says what to do. */
import { describe, expect, it } from 'vitest';
import { createService } from '../../src/functions/service.ts';
import { readSettings } from '../../src/functions/settings/settings.ts';
import { memoryWorld } from '../support/world.ts';
import { ADMIN } from './support.ts';

const SETTINGS = readSettings({
  SLUICE_STORAGE: 'UseDevelopmentStorage=true',
  SLUICE_WEB_PUBSUB: 'Endpoint=http://127.0.0.1:1;AccessKey=c2VjcmV0;Version=1.0;',
  SLUICE_ADMIN_TOKEN: ADMIN,
});

const MESSAGE = { kind: 'follow', run_id: 'r0123456789abcde', generation: 0 };

describe('stored data of another version', () => {
  it('lets nothing through but the probe of the process, and says what to do', async () => {
    const { world, store } = memoryWorld();
    const values = { version: 1 };
    await store.commit('meta', 'meta', [{ op: 'insert', key: 'schema', values }]);
    const service = createService(world, SETTINGS);
    const headers = { 'x-api-key': ADMIN };
    const at = (path: string) => service.fetch(new Request(`http://localhost${path}`, { headers }));
    for (const path of ['/api/v1/runs', '/health/ready']) {
      const answer = await at(path);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({
        code: 'schema_mismatch',
        retry: false,
        detail: expect.stringContaining('SLUICE_TABLE_PREFIX'),
      });
    }
    expect((await at('/health/live')).status).toBe(200);
    await expect(service.tick()).rejects.toMatchObject({ code: 'schema_mismatch' });
    await expect(service.message(MESSAGE)).rejects.toMatchObject({ code: 'schema_mismatch' });
    expect(store.dump('catalogue')).toEqual([]);
  });
});
