import { readFile, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { openApi } from '../../../src/api/app.ts';
import { FIELDS, OPERATIONS } from '../../../src/api/openapi/descriptions.ts';
import type { Api } from '../../../src/api/services.ts';
import { ERRORS } from '../../../src/core/errors.ts';
import { VERSION } from '../../../src/core/names.ts';
import { testApi } from '../support.ts';

const FILE = new URL('../../../src/api/openapi/openapi.json', import.meta.url);

const generated = (): string => {
  const { app } = testApi();
  return `${JSON.stringify(openApi(app as Api), null, 2)}\n`;
};

type Schema = {
  readonly additionalProperties?: unknown;
  readonly const?: string;
  readonly discriminator?: { propertyName: string; mapping: Record<string, string> };
  readonly oneOf?: readonly { $ref: string }[];
  readonly properties?: Readonly<Record<string, Schema>>;
};
type Described = {
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string; readonly description?: string }[];
};
const schemas = () => testApi().document.components.schemas as Record<string, Schema>;

describe('the OpenAPI document', () => {
  it('is checked in as it is generated from the routes', async () => {
    if (process.env['UPDATE_OPENAPI'] === '1') await writeFile(FILE, generated());
    expect(await readFile(FILE, 'utf8')).toBe(generated());
  });

  it('has the version of the package', () => {
    expect(VERSION).toBe(packageJson.version);
  });

  it('is served without a token, and is the same', async () => {
    const { call, document } = testApi();
    const answer = await call('/openapi.json', { token: null });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual(document);
  });

  it('has no reference that leads nowhere and no schema that does not compile', () => {
    const document = JSON.parse(generated()) as { components: { schemas: Record<string, object> } };
    const text = JSON.stringify(document);
    const used = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? '');
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((name) => !(name in document.components.schemas))).toEqual([]);
    expect(text).not.toContain('$defs');
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema(document, 'openapi');
    for (const name of Object.keys(document.components.schemas)) {
      ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
    }
  });

  it('names every operation once, and says of each which token it takes', () => {
    const { document } = testApi();
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({
        path,
        ...(operation as { operationId?: string; security?: object[] }),
      })),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
    const open = operations
      .filter(({ security }) => security?.length === 0)
      .map(({ path }) => path);
    expect(open.sort()).toEqual([
      '/api/v1/auth',
      '/health',
      '/health/live',
      '/health/ready',
      '/healthz',
    ]);
  });

  it('keeps what a body may leave out apart from what an answer always has', () => {
    const { components } = JSON.parse(generated()) as {
      components: { schemas: Record<string, { required?: string[] }> };
    };
    expect(components.schemas['PipelineInput']?.required).toEqual(['name']);
    expect(components.schemas['Pipeline']?.required).toContain('lane');
  });

  it('tells apart by their type what an event can be', () => {
    const { discriminator, oneOf } = schemas()['RunEvent'] ?? {};
    expect(discriminator?.propertyName).toBe('type');
    const mapping = discriminator?.mapping ?? {};
    expect(Object.values(mapping)).toEqual(oneOf?.map(({ $ref }) => $ref));
    for (const [type, $ref] of Object.entries(mapping)) {
      const part = schemas()[$ref.split('/').at(-1) ?? ''];
      expect(part?.properties?.['type']?.const).toBe(type);
    }
  });

  it('has a value to show for every text with a pattern, which the pattern takes', () => {
    const texts = JSON.stringify(schemas()).match(/"type":"string"[^{}]*"pattern"/g) ?? [];
    expect(texts.length).toBeGreaterThan(20);
    const shown: [string, readonly string[]][] = [];
    const look = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { propertyNames: _, ...rest } = schema as Record<string, unknown>;
      const own = 'type' in rest && rest['type'] === 'string' && JSON.stringify(rest);
      if (typeof own === 'string' && own.includes('"pattern":') && !('default' in rest)) {
        const patterns = [rest, ...((rest['allOf'] ?? []) as object[])].flatMap((part) =>
          'pattern' in part ? [String(part.pattern)] : [],
        );
        for (const sample of (rest['examples'] ?? ['']) as string[]) shown.push([sample, patterns]);
      } else for (const part of Object.values(rest)) look(part);
    };
    look(schemas());
    expect(shown.length).toBeGreaterThan(100);
    const wrong = shown.filter(
      ([sample, patterns]) =>
        sample === '' || !patterns.every((pattern) => new RegExp(pattern, 'u').test(sample)),
    );
    expect(wrong).toEqual([]);
  });

  it('leaves answers open for new fields, and bodies closed', () => {
    expect(schemas()['Run']).not.toHaveProperty('additionalProperties');
    expect(schemas()['Container']).not.toHaveProperty('additionalProperties');
    expect(schemas()['ContainerRequest']?.additionalProperties).toBe(false);
    expect(schemas()['RunRequest']?.additionalProperties).toBe(false);
  });

  it('says of every operation which refusals it can give, by status and code', () => {
    const { document } = testApi();
    const { responses } = document.components;
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const { security, responses: answers } = operation as typeof operation & {
          security: readonly object[];
        };
        const at = `${method} ${path}`;
        expect(Object.keys(answers), at).not.toContain('default');
        if (security.length > 0)
          expect(Object.keys(answers), at).toEqual(
            expect.arrayContaining(['401', '403', '429', '500', '503']),
          );
        for (const { $ref } of Object.values(answers)) {
          const named = responses[$ref?.split('/').at(-1) ?? ''];
          if ($ref !== undefined) expect(named?.headers, $ref).toHaveProperty('X-Request-Id');
        }
      }
    }
    const codes = Object.values(responses).flatMap(({ content }) =>
      Object.keys(content?.['application/problem+json']?.examples ?? {}),
    );
    // Of all paths; of methods that a path does not have nothing is said.
    const untold = ['method_not_allowed', 'upgrade_required'];
    const all = Object.keys(ERRORS).filter((code) => !untold.includes(code));
    expect([...new Set(codes)].sort()).toEqual(all.sort());
  });

  it('describes every operation, parameter, field, tag and header', () => {
    const { document } = testApi();
    const silent: string[] = [];
    const look = (at: string, value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, child] of Object.entries(value)) {
        if (key === 'properties')
          for (const [name, field] of Object.entries(child as Record<string, object>)) {
            if (!('description' in field)) silent.push(`${at}.${name}`);
            look(`${at}.${name}`, field);
          }
        else look(at, child);
      }
    };
    look('schemas', document.components.schemas);
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const { description, parameters = [] } = operation as typeof operation & Described;
        if (!description) silent.push(`${method} ${path}`);
        for (const { name, description: said } of parameters)
          if (!said) silent.push(`${method} ${path}: ${name}`);
        look(`${method} ${path}`, operation);
      }
    }
    const { tags } = document as unknown as {
      tags: readonly { name: string; description: string }[];
    };
    const told = tags.filter(({ description }) => description).map(({ name }) => name);
    const used = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).flatMap((operation) => (operation as { tags?: string[] }).tags ?? []),
    );
    expect({ silent, untold: used.filter((tag) => !told.includes(tag)) }).toEqual({
      silent: [],
      untold: [],
    });
  });

  it('describes nothing that is not there', () => {
    const text = JSON.stringify(testApi().document);
    expect(Object.keys(OPERATIONS).filter((id) => !text.includes(`"operationId":"${id}"`))).toEqual(
      [],
    );
    expect(
      Object.values(FIELDS).filter((said) => !text.includes(JSON.stringify(said).slice(1, -1))),
    ).toEqual([]);
  });
});
