/** The settings of telemetry: the names are those of OpenTelemetry and of the Functions host. */

/** Longer than any address of a service. */
const ADDRESS_MAX = 2_048;

export const TELEMETRY_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    kind: 'text',
    meaning:
      'Collector of OpenTelemetry (OTLP over HTTP) that gets traces, figures and logs; it counts before Application Insights',
    pattern: /^https?:\/\/\S+$/,
    takes: 'an http or https address',
    min: 'http://a'.length,
    max: ADDRESS_MAX,
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    kind: 'plain',
    meaning:
      'Sent to the collector with everything, such as its key: `name=value,name=value`. Only over https, or to this machine. On Azure give a reference to Key Vault, since deployments keep what they are given',
    default: '',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    kind: 'number',
    meaning: 'Share of traces that are recorded',
    min: 0,
    max: 1,
    default: '1',
  },
  APPLICATIONINSIGHTS_CONNECTION_STRING: {
    kind: 'plain',
    meaning:
      'Application Insights, for the host and the app: traces and figures of the app go there',
    azure: 'template',
  },
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: {
    kind: 'text',
    meaning:
      'For an Application Insights without local authentication: the host uses its managed identity, and the app its own',
    pattern: /^Authorization=AAD(;ClientId=[\da-f-]{36})?$/i,
    takes: '`Authorization=AAD`, or that with `;ClientId=…`',
    min: 'Authorization=AAD'.length,
    max: ADDRESS_MAX,
    azure: 'template',
  },
} as const;
