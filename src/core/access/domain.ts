/** A domain as the admin token or an admin of the settings writes it: its quotas, and how long its data is kept. */
import { z } from 'zod';
import { MIB } from '../limits.ts';
import { Name } from '../names.ts';
import { AUDIT_DAYS_MIN, RETENTION_DAYS_MAX } from '../retention-limits.ts';
import { Timestamp } from '../timestamp.ts';

/** Above what a domain can have: 1,000 lanes of 500 places and 5,000 tickets each. */
const RUNS_MAX = 5_000_000;
/** A pebibyte: far above what one installation can record in a day. */
const LOG_BYTES_MAX = 1_024 * 1_024 * 1_024 * MIB;

export const Quotas = z
  .strictObject({
    live_runs: z.int().min(0).max(RUNS_MAX).optional().meta({
      description: 'Runs that hold a place, all lanes together; 0: nothing starts.',
    }),
    queued_runs: z.int().min(0).max(RUNS_MAX).optional().meta({
      description: 'Runs that wait for a place, all lanes together.',
    }),
    log_bytes_per_day: z.int().min(0).max(LOG_BYTES_MAX).optional().meta({
      description:
        'Bytes of log lines that are recorded from 00:00 to 24:00 UTC, all runs together.',
    }),
  })
  .meta({ id: 'Quotas', description: 'What is not named has no quota.' });
export type Quotas = z.infer<typeof Quotas>;

export const Retention = z
  .strictObject({
    runs_days: z.int().min(1).max(RETENTION_DAYS_MAX).optional().meta({
      description:
        'Days that runs, their logs and events are kept after their end; absent: as the settings of the installation say, else for ever.',
    }),
    audit_days: z.int().min(AUDIT_DAYS_MIN).max(RETENTION_DAYS_MAX).optional().meta({
      description:
        'Days that entries of the audit log are kept; absent: as the settings of the installation say, else for ever.',
    }),
  })
  .meta({ id: 'Retention' });
export type Retention = z.infer<typeof Retention>;

/** What a PUT sends: it replaces all of it, so that what it does not name is gone. */
export const DomainSettings = z
  .strictObject({ quotas: Quotas.default({}), retention: Retention.default({}) })
  .meta({ id: 'DomainSettings' });
export type DomainSettings = z.infer<typeof DomainSettings>;

export const Domain = DomainSettings.extend({ name: Name }).meta({ id: 'Domain' });
export type Domain = Readonly<z.infer<typeof Domain>>;

/** A domain as it is stored: what a later build has added is left out, so that the way back to this one works. */
export const StoredDomain = z.object({
  name: Name,
  quotas: z.object(Quotas.shape).default({}),
  retention: z.object(Retention.shape).default({}),
});

/** A domain that nobody has written: without quotas, and kept as the settings of the installation say. */
export const unwritten = (name: string): Domain => ({ name, quotas: {}, retention: {} });

/** What a domain uses. */
export const DomainUsage = z
  .object({
    live_runs: z.int().min(0).meta({ description: 'Runs that hold a place.' }),
    queued_runs: z.int().min(0).meta({ description: 'Runs that wait for a place.' }),
    log_bytes_today: z.number().min(0).nullable().meta({
      description:
        'Bytes of log lines recorded since 00:00 UTC, some seconds old; null without a quota for them, since they are counted from then on only.',
    }),
    counted_at: Timestamp.meta({ description: 'When it was counted.' }),
  })
  .meta({ id: 'DomainUsage' });
export type DomainUsage = z.infer<typeof DomainUsage>;

/** Which days hold for a domain: its own, else those of the settings. */
export const KeptDays = z
  .object({
    runs_days: z.int().min(1).nullable().meta({
      description:
        'Days that runs, their logs and events are kept after their end; null: for ever.',
    }),
    audit_days: z.int().min(1).nullable().meta({
      description: 'Days that entries of the audit log are kept; null: for ever.',
    }),
  })
  .meta({ id: 'KeptDays' });
export type KeptDays = Readonly<z.infer<typeof KeptDays>>;

export const DomainView = Domain.extend({ kept: KeptDays, usage: DomainUsage }).meta({
  id: 'DomainView',
});
export type DomainView = Readonly<z.infer<typeof DomainView>>;
