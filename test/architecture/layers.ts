/** The layers of `src/`, and what each may import. */

export type Layer = { readonly folders: readonly string[]; readonly packages: readonly string[] };

/** Folders of the engine, lowest first, and which of them each may import. */
function engineLayers(may: Record<string, readonly string[]>): Record<string, Layer> {
  return Object.fromEntries(
    Object.entries(may).map(([name, below]) => [
      `engine/${name}`,
      { folders: ['core', 'ports', ...below.map((each) => `engine/${each}`)], packages: [] },
    ]),
  );
}

/**
 * What each layer may import: layers, and packages (`node:` for all of Node's own). A layer is a folder of `src/`; a file
 * belongs to the deepest that is listed. Whoever may import a folder may import all of it, but a layer inside that folder
 * only the files that lie directly in it.
 */
export const LAYERS: Readonly<Record<string, Layer>> = {
  // Inside core each room knows those before it that it needs, and no other.
  core: { folders: [], packages: ['zod'] },
  'core/json': { folders: ['core'], packages: ['zod', 'jsonc-parser', 'yaml'] },
  'core/schema': {
    folders: ['core', 'core/json'],
    packages: ['zod', 'ajv', 'ajv-formats', 're2js'],
  },
  'core/figures': { folders: ['core'], packages: [] },
  'core/lanes': { folders: ['core'], packages: ['zod'] },
  'core/kubernetes': { folders: ['core', 'core/schema'], packages: ['zod'] },
  'core/log': { folders: ['core'], packages: [] },
  'core/tasks': { folders: ['core'], packages: ['zod'] },
  'core/nextflow': { folders: ['core', 'core/log', 'core/tasks'], packages: [] },
  'core/events': {
    folders: ['core', 'core/json', 'core/log', 'core/tasks'],
    packages: ['zod'],
  },
  'core/kinds': {
    folders: [
      'core',
      'core/json',
      'core/schema',
      'core/kubernetes',
      'core/log',
      'core/nextflow',
      'core/tasks',
      'core/events',
    ],
    packages: ['zod'],
  },
  'core/runs': {
    folders: [
      'core',
      'core/json',
      'core/schema',
      'core/kubernetes',
      'core/log',
      'core/tasks',
      'core/events',
      'core/kinds',
    ],
    packages: ['zod'],
  },
  'core/catalogue': {
    folders: ['core', 'core/schema', 'core/kinds', 'core/runs'],
    packages: ['zod', 'leven'],
  },
  'core/access': {
    folders: ['core', 'core/kubernetes', 'core/kinds', 'core/runs'],
    packages: ['zod'],
  },
  ports: { folders: ['core'], packages: [] },
  engine: { folders: ['core', 'ports'], packages: [] },
  ...engineLayers({
    store: [],
    access: ['store'],
    archive: ['store'],
    catalogue: ['store'],
    events: ['store', 'archive'],
    lanes: ['store', 'catalogue'],
    'reconcile/retention': ['store', 'access', 'archive'],
    reconcile: [
      'store',
      'access',
      'archive',
      'events',
      'lanes',
      'reconcile/kubernetes',
      'reconcile/retention',
    ],
    'reconcile/kubernetes': ['store', 'catalogue', 'events', 'reconcile'],
    follow: ['store', 'archive', 'events', 'reconcile'],
    queries: ['store', 'archive', 'catalogue', 'events', 'lanes', 'follow'],
    commands: [
      'store',
      'access',
      'catalogue',
      'events',
      'lanes',
      'reconcile',
      'reconcile/retention',
      'queries',
    ],
  }),
  api: { folders: ['core', 'ports', 'engine'], packages: ['hono', '@hono/zod-openapi', 'zod'] },
  client: { folders: ['core'], packages: ['@azure/web-pubsub-client', 'oauth4webapi', 'zod'] },
  // Of core and the client only what is no schema: `test/page/size.test.ts` holds the size.
  page: {
    folders: ['core', 'client'],
    packages: [
      '@dagrejs/dagre',
      '@react-aria/optimize-locales-plugin',
      '@tanstack/react-query',
      '@tanstack/react-router',
      '@tanstack/react-virtual',
      '@vitejs/plugin-react',
      'diff',
      'jsonc-parser',
      'react',
      'react-aria-components',
      'react-dom',
      'string-width',
      'vite',
      'yaml',
      'node:',
    ],
  },
  cli: {
    folders: ['core', 'client'],
    packages: [
      '@bomb.sh/tab',
      'commander',
      'log-update',
      'open',
      'picocolors',
      'slice-ansi',
      'string-width',
      'yaml',
      'zod',
      'node:',
    ],
  },
  'adapters/checks': { folders: ['core', 'ports'], packages: [] },
  'adapters/memory': { folders: ['core', 'ports', 'adapters/checks'], packages: [] },
  'adapters/azure': {
    folders: ['core', 'ports', 'adapters/checks'],
    packages: [
      '@azure/data-tables',
      '@azure/storage-blob',
      '@azure/storage-queue',
      '@azure/web-pubsub',
      '@azure/core-rest-pipeline',
      '@azure/core-auth',
      '@azure/identity',
      'undici',
      'node:',
    ],
  },
  // The process that holds the database, and what both ends of its socket speak: they know no product.
  'adapters/sqlite': {
    folders: ['core', 'ports', 'adapters/checks', 'adapters/sqlite/wire'],
    packages: ['node:'],
  },
  'adapters/sqlite/wire': { folders: [], packages: ['node:'] },
  'adapters/sqlite/server': { folders: ['adapters/sqlite/wire'], packages: ['node:'] },
  'adapters/kubernetes': {
    folders: ['core', 'ports'],
    packages: ['@kubernetes/client-node', 'undici', 'node:'],
  },
  'adapters/source': { folders: ['ports'], packages: ['undici', 'node:'] },
  'adapters/openid': { folders: ['core', 'ports'], packages: ['jose'] },
  'adapters/telemetry': {
    folders: ['core', 'ports'],
    packages: [
      '@azure/identity',
      '@azure/monitor-opentelemetry-exporter',
      '@opentelemetry/api',
      '@opentelemetry/api-logs',
      '@opentelemetry/exporter-logs-otlp-http',
      '@opentelemetry/exporter-metrics-otlp-http',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-logs',
      '@opentelemetry/sdk-metrics',
      '@opentelemetry/sdk-trace-base',
      'node:',
    ],
  },
  functions: {
    folders: [
      'core',
      'ports',
      'engine',
      'api',
      'adapters/azure',
      'adapters/sqlite',
      'adapters/kubernetes',
      'adapters/openid',
      'adapters/source',
      'adapters/telemetry',
    ],
    packages: ['@azure/functions', '@azure/identity', 'zod', 'node:'],
  },
  build: { folders: [], packages: ['esbuild', 'vite', 'node:'] },
  dev: {
    folders: ['core', 'build', 'client', 'emulators'],
    packages: ['@kubernetes/client-node', 'azurite', 'zod', 'node:'],
  },
  standalone: {
    folders: ['build', 'dev', 'emulators'],
    packages: ['node:'],
  },
  // No emulator knows another.
  emulators: { folders: [], packages: ['node:'] },
  // Its queue triggers read from the storage process, as they read from Azure's by Azure's library.
  'emulators/functions-host': {
    folders: ['emulators', 'adapters/sqlite/wire'],
    packages: ['@azure/storage-queue', 'croner', 'tinyglobby', 'zod', 'node:'],
  },
  'emulators/kubernetes': { folders: ['emulators'], packages: ['esbuild', 'node:'] },
  'emulators/web-pubsub': { folders: ['emulators'], packages: ['jose', 'ws', 'zod', 'node:'] },
};
