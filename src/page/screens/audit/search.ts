/** What of the audit log is shown, as its address says. */

export type AuditSearch = {
  /** Of the id or name of who did it. */
  readonly who?: string;
  /** Of the operation, or of what was changed. */
  readonly what?: string;
  readonly outcome?: string;
  /** As the API takes it: `7d`, a day, or RFC 3339. */
  readonly since?: string;
  readonly until?: string;
  readonly domain?: string;
  /** `yes`: with the openings of live connections, which each page makes. */
  readonly live?: string;
};

const NAMES = ['who', 'what', 'outcome', 'since', 'until', 'domain', 'live'] as const;

/** What is given and no empty text. Addresses may have numbers, which are text here. */
export const textsIn = (search: Readonly<Record<string, unknown>>): AuditSearch =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = search[name];
      const isText = typeof value === 'string' || typeof value === 'number';
      return isText && value !== '' ? [[name, String(value)]] : [];
    }),
  );
