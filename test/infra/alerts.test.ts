/** Alerts, dashboards and runbook: an entry for each alert, and what they ask for is in the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/functions/routes.ts';
import { testApi } from '../api/support.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const ROOT = join(import.meta.dirname, '../..');
type Rule = { readonly name: string; readonly query: string; readonly every: string };
const rules = JSON.parse(read('infra/modules/alerts.json')) as readonly Rule[];
const bicep = read('infra/modules/alerts.bicep');
const prometheus = read('infra/prometheus/alerts.yaml');
const workbook = JSON.parse(read('infra/modules/dashboard.json')) as {
  readonly items: readonly { readonly content: { readonly query?: string } }[];
};

const all = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), ([, found = '']) => found);

/** The one place in the alerts where Bicep itself names some. */
const ofMetrics = all(bicep, /^ {4}name: '([a-z-]+)'$/gm);
const ofPrometheus = all(prometheus, /- alert: (\S+)/g);
const names = [...new Set([...rules.map(({ name }) => name), ...ofMetrics, ...ofPrometheus])];
const queries = [
  ...rules.map(({ query }) => query),
  ...workbook.items.flatMap(({ content }) => content.query ?? []),
];

const source = ['engine', 'api', 'functions']
  .flatMap((folder) =>
    readdirSync(join(ROOT, 'src', folder), { recursive: true, withFileTypes: true }),
  )
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
  .join('\n');

describe('the runbook', () => {
  it('has an entry for each alert, and no other', () => {
    const entries = all(read('infra/RUNBOOK.md'), /^## (.*)$/gm);
    expect(ofMetrics.length).toBeGreaterThan(2);
    expect(entries.toSorted()).toEqual(names.toSorted());
  });
});

describe('queries', () => {
  it('ask for messages that the code writes', () => {
    const lists = queries.flatMap((query) => all(query, /entry\.message\) in \(([^)]*)\)/g));
    const messages = lists.flatMap((list) => all(list, /"([^"]*)"/g));
    expect(messages.length).toBeGreaterThan(20);
    for (const message of messages) expect(source).toContain(`'${message}'`);
    // The one that is written by the function's own log, because there is no app.
    for (const message of queries.flatMap((query) => all(query, /has "(request failed[^"]*)"/g)))
      expect(source).toContain(`'${message}'`);
  });

  it('ask for functions that are there', () => {
    const functions = new Set([...ROUTES.map(({ name }) => name), 'tick', 'follow', 'dispatch']);
    const asked = queries.flatMap((query) =>
      query.startsWith('AppRequests')
        ? all(query, /Name (?:==|!?in) (\([^)]*\)|"[^"]*")/g).flatMap((text) =>
            all(text, /"([^"]*)"/g),
          )
        : [],
    );
    expect(asked.length).toBeGreaterThan(10);
    for (const name of asked) expect(functions).toContain(name);
  });

  it('ask for figures of the process that it sends', () => {
    const asked = queries.flatMap((query) =>
      query.startsWith('AppMetrics') ? all(query, /Name == "([^"]*)"/g) : [],
    );
    expect(asked.length).toBeGreaterThan(3);
    for (const name of asked) expect(source).toContain(`'${name}'`);
  });

  it('leave streams out where they look for faults: clients that leave them count as failed', () => {
    for (const query of queries.filter((text) => /ResultCode\) >= 500/.test(text)))
      for (const name of ['run-events', 'run-log', 'audit']) expect(query).toContain(`"${name}"`);
  });
});

describe('Prometheus', () => {
  let known: Set<string>;
  beforeAll(async () => {
    const { text } = await testApi().call('/metrics');
    known = new Set(all(text, /^# TYPE (\S+) /gm));
  });

  it('is asked for figures that /metrics has', () => {
    for (const file of ['infra/prometheus/alerts.yaml', 'infra/prometheus/dashboard.json']) {
      const asked = all(read(file), /\b(sluice_\w+)/g);
      expect(asked.length).toBeGreaterThan(9);
      for (const name of asked)
        expect(known, `${name} in ${file}`).toContain(
          known.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''),
        );
    }
  });
});
