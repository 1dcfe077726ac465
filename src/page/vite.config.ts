/** How the page is built; `src/build/page.ts` runs it. */
import { fileURLToPath } from 'node:url';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/ui/',
  plugins: [react(), { ...optimizeLocales.vite({ locales: ['en-US'] }), enforce: 'pre' }],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // React alone is larger than Vite's warning.
    chunkSizeWarningLimit: 1_000,
    // Inline data and code are refused by the page's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    sourcemap: false,
    reportCompressedSize: false,
    license: { fileName: 'licenses.md' },
  },
});
