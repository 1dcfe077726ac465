/** Writes the types of a TypeScript client from the OpenAPI document, as its users would. */
import { registerHooks } from 'node:module';
import type { OpenAPI3 } from 'openapi-typescript';

// The generator builds on TypeScript 5, whose programming interface version 7 no longer has. A copy of it is
// in this package, and brings no second `tsc` along.
registerHooks({
  resolve: (name, context, next) =>
    next(
      name === 'typescript' && context.parentURL?.includes('/openapi-typescript/')
        ? '@ts-morph/common/dist/typescript.js'
        : name,
      context,
    ),
});

/** TypeScript declarations for the document. */
export async function typesOf(document: OpenAPI3): Promise<string> {
  const { astToString, default: generate } = await import('openapi-typescript');
  const types = await generate(structuredClone(document));
  return `// Generated from src/api/openapi/openapi.json by \`npm run openapi\`.\n${astToString(types)}`;
}
