/** The OpenAPI document, and a page that shows it without files from other servers. */
import { AppError } from '../../../core/errors.ts';
import type { World } from '../../../ports/world.ts';
import { endpointsOf } from '../../access/provider.ts';
import { CAUSE_TABLE_HTML, ERROR_TABLE_HTML, REASON_TABLE_HTML } from '../../openapi/codes.ts';
import type { Json } from '../../openapi/schemas.ts';
import { withSignIn } from '../../openapi/sign-in.ts';
import type { Api, ApiSettings } from '../../services.ts';

/** The files of swagger-ui-dist that the page uses. */
export const DOCS_ASSETS = [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'oauth2-redirect.js',
  'favicon-32x32.png',
] as const;

/** Swagger UI sets inline styles and uses icons in data: addresses; scripts come only from this server. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice API</title>
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<style>
#codes { max-width: 1420px; margin: 0 auto; padding: 0 20px 40px; font: 14px sans-serif; color: #3b4151; }
#codes table { border-collapse: collapse; }
#codes td, #codes th { padding: 4px 16px 4px 0; text-align: left; border-bottom: 1px solid #d8dde7; }
</style>
</head>
<body>
<div id="docs"></div>
<section id="codes">
<h2>Codes of refusals</h2>
<p>Every refusal has one of these as its <code>code</code>.</p>
${ERROR_TABLE_HTML}
<h2>Reasons of runs</h2>
<p>Why a run waits, or ended as it did: the <code>code</code> of its <code>reason</code>.</p>
${REASON_TABLE_HTML}
<h2>Failures of pipelines</h2>
<p>Why a pipeline of Nextflow failed: the <code>code</code> of the <code>failure</code> in its <code>reason</code>.</p>
${CAUSE_TABLE_HTML}
</section>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** Where the provider sends a person back; the script hands the code to the page that asked for it. */
const REDIRECT_PATH = '/docs/oauth2-redirect.html';
const REDIRECT_PAGE = `<!doctype html>
<html lang="en">
<title>Signing in</title>
<link rel="icon" href="data:,">
<script src="/docs/oauth2-redirect.js"></script>
</html>
`;
const REDIRECT_POLICY =
  "default-src 'none'; script-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Without a validator: its badge would call another server. */
function startScript({ signIn }: ApiSettings): string {
  const show = `const ui = window.SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null,
  oauth2RedirectUrl: location.origin + '${REDIRECT_PATH}',
});
`;
  const { clientId, scope } = signIn?.browser ?? {};
  if (clientId === undefined) return show;
  const options = { clientId, scopes: scope, usePkceWithAuthorizationCodeGrant: true };
  return `${show}ui.initOAuth(${JSON.stringify(options)});\n`;
}

/** Browsers may cache the files; they change only with a release. */
const KEEP = 'public, max-age=3600';

export function docsRoutes(
  app: Api,
  world: World,
  settings: ApiSettings,
  document: () => Readonly<Record<string, unknown>>,
): void {
  let text: string | undefined;
  // Anybody may ask, and to write it holds up everything else for milliseconds.
  let last: { readonly key: string; readonly text: string } | undefined;
  app.get('/openapi.json', async (c) => {
    const endpoints = await endpointsOf(world, settings);
    const scope = settings.signIn?.browser?.scope ?? '';
    text ??= JSON.stringify(document());
    c.header('content-type', 'application/json');
    if (endpoints === undefined) return c.body(text, 200);
    const key = JSON.stringify(endpoints);
    if (last?.key !== key) {
      const changed = withSignIn(JSON.parse(text) as Json, endpoints, scope);
      last = { key, text: JSON.stringify(changed) };
    }
    return c.body(last.text, 200);
  });

  app.get('/docs', async (c) => {
    const endpoints = await endpointsOf(world, settings);
    const provider = endpoints === undefined ? '' : ` ${new URL(endpoints.token).origin}`;
    c.header('content-security-policy', `${PAGE_POLICY}${provider}`);
    return c.html(PAGE);
  });
  app.get(REDIRECT_PATH, (c) => {
    c.header('content-security-policy', REDIRECT_POLICY);
    return c.html(REDIRECT_PAGE);
  });
  app.get('/docs/start.js', (c) => {
    c.header('content-type', 'text/javascript; charset=utf-8');
    return c.body(startScript(settings));
  });
  for (const name of DOCS_ASSETS) {
    app.get(`/docs/${name}`, async (c) => {
      const asset = await settings.assets(name);
      if (asset === undefined) throw new AppError('not_found', 'The page was built without it.');
      c.header('content-type', asset.contentType);
      c.header('cache-control', KEEP);
      return c.body(asset.bytes);
    });
  }
}
