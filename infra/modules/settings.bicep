// Written by `npm run settings` from src/functions/settings/table.ts: change it there.

@export()
@description('Settings of the app that may be given. An empty one has its default; names that the app does not know are refused.')
@sealed()
type Settings = {
  @description('Prefix of each table name, for an app of another version, or a second one, on the same account.')
  @maxLength(40)
  SLUICE_TABLE_PREFIX: string?
  @description('Container of blobs for the logs of finished runs.')
  @maxLength(63)
  SLUICE_BLOB_CONTAINER: string?
  @description('Queue of the runs to follow; a second queue, with `-dispatch` after its name, has the runs to start.')
  @maxLength(54)
  SLUICE_QUEUE: string?
  @description('Hub of Web PubSub.')
  @maxLength(127)
  SLUICE_WEB_PUBSUB_HUB: string?
  @description('Address of the app by which pods reach it, to which Nextflow sends what its tasks do (`trace` of an entry). Without it nothing is sent, and tasks are read from the trace file.')
  @maxLength(4000)
  SLUICE_TRACE_URL: string?
  @description('Client id of the app registration, with which browsers sign in. Sign-in is off until this or the audience is given.')
  @maxLength(200)
  SLUICE_ENTRA_CLIENT_ID: string?
  @description('The issuer, exactly as its tokens have it: for another cloud, or another OpenID provider in place of Entra. By default the tenant\'s at `login.microsoftonline.com`.')
  @maxLength(4000)
  SLUICE_ENTRA_ISSUER: string?
  @description('Audiences that tokens may have; by default `api://<client id>` and the client id. Alone, without a client id, only workloads sign in.')
  @maxLength(4000)
  SLUICE_ENTRA_AUDIENCE: string?
  @description('What browsers ask the provider for; by default `openid profile offline_access api://<client id>/access`.')
  @maxLength(4000)
  SLUICE_ENTRA_SCOPE: string?
  @description('What roles and groups give: `{"<role, group id or object id>": {"domain", "scopes"}}`. Who has several gets the domain of the first, with all scopes for it.')
  @maxLength(4000)
  SLUICE_ENTRA_ROLES: string?
  @description('Takes people whom App Service authentication has signed in, by its header. Counts only where Azure says that it is on (`WEBSITE_AUTH_ENABLED`), and beside the settings above, with a tenant.')
  SLUICE_PLATFORM_SIGN_IN: ('' | 'true' | 'false')?
  @description('What the domain `default` may start until its policy is written: anything in any lane, or entries in declared lanes.')
  SLUICE_DEFAULT_POLICY: ('' | 'open' | 'closed')?
  @description('Origins whose pages may call.')
  @maxLength(4000)
  SLUICE_CORS_ORIGINS: string?
  @description('Requests a second of one token, for each instance.')
  @maxLength(4000)
  SLUICE_RATE_PER_SECOND: string?
  @description('Requests of one token at once, for each instance.')
  @maxLength(4000)
  SLUICE_RATE_BURST: string?
  @description('Follow live runs, and dispatch bursts of starts, by queue messages; otherwise the timer does it.')
  SLUICE_FOLLOW: ('' | 'true' | 'false')?
  @description('How soon a follower that died is replaced; a living one postpones its watchdog message three times in that time.')
  @maxLength(4000)
  SLUICE_WATCHDOG_SECONDS: string?
  @description('When the timer runs: at least every two minutes, or requests and messages do its work. With a schedule of every minute the host stores no status.')
  @maxLength(4000)
  SLUICE_TICK_SCHEDULE: string?
  @description('Days that finished runs, their logs, events and idempotency keys are kept in domains that do not say; without it for ever.')
  @maxLength(4000)
  SLUICE_RETENTION_RUNS_DAYS: string?
  @description('Days that entries of the audit log are kept in domains that do not say; without it for ever.')
  @maxLength(4000)
  SLUICE_RETENTION_AUDIT_DAYS: string?
  @description('Lowest level that is logged.')
  SLUICE_LOG_LEVEL: ('' | 'debug' | 'info' | 'warn' | 'error')?
  @description('Collector of OpenTelemetry (OTLP over HTTP) that gets traces, figures and logs; it counts before Application Insights.')
  @maxLength(2048)
  OTEL_EXPORTER_OTLP_ENDPOINT: string?
  @description('Sent to the collector with everything, such as its key: `name=value,name=value`. Only over https, or to this machine. On Azure give a reference to Key Vault, since deployments keep what they are given.')
  @maxLength(4000)
  OTEL_EXPORTER_OTLP_HEADERS: string?
  @description('Share of traces that are recorded.')
  @maxLength(4000)
  OTEL_TRACES_SAMPLER_ARG: string?
}

@export()
@description('What the app is given of those that are not.')
var defaults = {
  SLUICE_BLOB_CONTAINER: 'sluice'
  SLUICE_QUEUE: 'sluice-follow'
  SLUICE_WEB_PUBSUB_HUB: 'sluice'
  SLUICE_ENTRA_ROLES: '{}'
  SLUICE_PLATFORM_SIGN_IN: 'false'
  SLUICE_DEFAULT_POLICY: 'closed'
  SLUICE_RATE_PER_SECOND: '200'
  SLUICE_RATE_BURST: '400'
  SLUICE_FOLLOW: 'true'
  SLUICE_WATCHDOG_SECONDS: '20'
  SLUICE_TICK_SCHEDULE: '0 * * * * *'
  SLUICE_LOG_LEVEL: 'info'
  OTEL_TRACES_SAMPLER_ARG: '1'
}
