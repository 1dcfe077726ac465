/** Every limit, each with its reason; those of functions are in `function-limits.ts`. Sizes in bytes, times in milliseconds. */

/** The tables of `src/engine/README.md` § Stored state. */
export const TABLES = [
  'meta',
  'work',
  'runs',
  'lanes',
  'idempotency',
  'index',
  'catalogue',
  'audit',
] as const;
export type Table = (typeof TABLES)[number];

/** Version of the stored rows. 0.1 stored none; it counts as 1. */
export const SCHEMA_VERSION = 2;

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** CPU and memory of a container: from the least that Kubernetes counts and runtimes start with, to more than any machine has. */
export const CPU_MIN = 0.001;
export const CPU_MAX = 1_000;
export const MEMORY_BYTES_MIN = 6 * MIB;
export const MEMORY_BYTES_MAX = 32 * MIB * MIB;

/** Partitions of the work table: a tick reads all of them, and one partition takes 2,000 writes/s. */
export const WORK_SHARDS = 16;
/**
 * Rows of each partition that a tick reads at a time: enough that most installations read all runs before their cluster
 * is listed, few enough that slow storage still leaves time to act on them.
 */
export const WORK_PAGE = 250;

/** Azure Tables: an entity-group transaction takes 100 operations and 4 MiB, an entity 1 MiB. */
export const COMMIT_WRITES_MAX = 100;
export const COMMIT_BYTES_MAX = 4 * MIB;
export const ROW_BYTES_MAX = 1_024 * KIB;

/** Runs that one lane transaction can change: the lane's row, and two rows for each run (its ticket, and the row that finds it). */
export const LANE_CHANGES_PER_COMMIT = 49;
/**
 * How long a conflicting change of a lane is retried. A commit takes about 10 ms and one of the writers always succeeds, so
 * this is enough for hundreds of writers; a caller waits for it.
 */
export const LANE_CHANGE_MS = 5_000;
/** Longest random pause before a retry, about the time of a commit. Longer pauses only made the losers wait longer. */
export const LANE_PAUSE_MS = 8;

/** The lane row lists its active runs: 500 ids are 8 KiB, one property. */
export const LANE_CAPACITY_MAX = 500;
/** Tickets of one lane. */
export const LANE_QUEUE_MAX = 5_000;
/** Lanes of one domain: their names are one row, 64 KiB, and `/metrics` reads each of them. */
export const LANES_MAX = 1_000;
/** Up to this, a run's position in the queue is exact: it is found by reading the tickets before it. */
export const POSITION_MAX = 100;

/** Index entries that one list request examines: a filter with few matches still gets an answer, with a cursor. */
export const LISTED_MAX = 2_000;

/** A request's JSON, which is stored in the run's row of at most 1 MiB. Only the body of a catalogue entry may be larger. */
export const REQUEST_BYTES_MAX = 256 * KIB;
/** A body with a catalogue entry, which takes 512 KiB as a row: the rest is room for white space. */
export const ENTRY_BODY_BYTES_MAX = 1_024 * KIB;
/**
 * The unread rest of a refused body is read and discarded up to this size and time: many clients read the answer only
 * after they have sent everything.
 */
export const DRAINED_BYTES_MAX = 32 * MIB;
export const DRAINED_MS = 30_000;
/** Saved versions of a pipeline that are kept, deleted ones included: two years of weekly changes. */
export const VERSIONS_KEPT = 100;
/** Globs of one kind in a policy: every start is compared with all of them. */
export const POLICY_GLOBS_MAX = 100;

/** One log event: small enough for a Web PubSub message and for a row, large enough for bursts. */
export const LOG_BATCH_BYTES_MAX = 128 * KIB;
export const LOG_BATCH_LINES_MAX = 1_000;
/** A longer line is split into parts of this size, each flagged, so that memory stays bounded. */
export const LINE_PART_BYTES = 64 * KIB;
/**
 * A resumed log is read again from this long before the last line, and skipped up to it: a node's clock may be set back this
 * far. An open stream that covers no more is opened anew; requests begin a margin earlier, so that small clock steps do not cause that.
 */
export const LOG_OVERLAP_SECONDS = 600;
export const LOG_OVERLAP_MARGIN_SECONDS = 660;
/** But at most this much is read again: a log of 100 KB/s that only the timer reads has to make progress. */
export const LOG_REREAD_BYTES = 1_024 * KIB;
/**
 * Log bytes that one request reads without showing them, as when it looks for a side container: some seconds of an
 * instance. And how many such requests a token may have open per instance.
 */
export const LOG_SCAN_BYTES = 64 * MIB;
export const LOG_SCANS_MAX = 2;
/** Most lines that are requested from the end of a log, where lines are short. */
export const LOG_TAIL_LINES_MAX = 50_000;
/** How often one pass reads a log anew because the clock was set back. */
export const LOG_READS_MAX = 20;
/** UTF-16 units of a quoted text of a cluster or a driver: in a run's reason, and in an event for an error line. */
export const REASON_QUOTE_MAX = 500;
export const LINE_ERROR_MAX = 2_000;
/** Events in one commit, below the 100 operations of a transaction and its 4 MiB. */
export const EVENTS_PER_COMMIT = 16;

/** Web PubSub takes 1 MB a message; above this only a `head` notice goes out. */
export const PUSH_BYTES_MAX = 900_000;

/** Runs that one negotiation may name: groups that do not fit into the address's token cost a message each to join. */
export const NEGOTIATED_RUNS_MAX = 50;
/**
 * Characters of group names in an address's token. Azure SignalR refuses tokens of 4 KiB; Web PubSub documents no limit, so the
 * same one is assumed: 3 KiB before base64, of which the other claims take at most a third.
 */
export const NEGOTIATED_GROUP_CHARS = 2_000;

/** Events that wait in one instance's memory for a slow Web PubSub, all runs together. */
export const BACKLOG_BYTES = 8 * MIB;
/** The same for one run: a commit, or a page that is read back. */
export const BACKLOG_RUN_BYTES = EVENTS_PER_COMMIT * LOG_BATCH_BYTES_MAX;

/** Least time between two messages about one run. */
export const PUBLISH_MS = 200;
/** Deliveries per second that one run may cause: a Web PubSub unit makes about 3,000 to a large group. */
export const DELIVERIES_PER_SECOND = 2_500;
/** Bytes per second to all viewers of one run: a unit delivers about 6 MB/s. Above this only notices are sent. */
export const DELIVERED_BYTES_PER_SECOND = 5_000_000;
/** How often viewers are counted, and the largest count. */
export const AUDIENCE_MS = 30_000;
export const AUDIENCE_MAX = 5_000;
/** How often a followed run gets a notice with its `last_seq`, so that clients notice a lost last message. */
export const HEAD_MS = 10_000;

/** One page of events: what functions and browsers handle comfortably. */
export const PAGE_BYTES_MAX = 4 * MIB;
export const PAGE_EVENTS_MAX = 1_000;

/** A call to a cluster is over after this, but a list, of many pages, after three times as much. */
export const CLUSTER_CALL_MS = 10_000;
/**
 * A create that was under way when its run ended may take effect this much later: the time of the call, as long again in an
 * API server that has accepted it (the request says how long that is of use), and the 7 s that etcd may take.
 */
export const CREATE_UNDER_WAY_MS = 2 * CLUSTER_CALL_MS + 10_000;
/** Jobs of forgotten runs that one tick looks up, one read each: there are hardly any, unless another installation has suspended Jobs there. */
export const LATE_JOBS_PER_TICK = 100;

/** A Job or pod counts as gone only after it has been missing from the lists for this long. */
export const ABSENCE_GRACE_MS = 10_000;
/** A Job without its ConfigMap is made anew after this long: until then its creator may still make the ConfigMap. */
export const CONFIG_GRACE_MS = 15_000;
/** A submit that is still unfinished after this long is finished by a tick. */
export const SUBMIT_GRACE_MS = 15_000;
/** How long the end of a log may stay unreadable before the run ends without it, with a `gap`. */
export const LOG_DRAIN_GRACE_MS = 60_000;
/** How long the answer to a start waits for the first dispatch: a healthy cluster takes 20 to 100 ms. */
export const DISPATCH_WAIT_MS = 150;
/** With more starts than this in progress in an instance, dispatches go by message, and starts are answered once recorded. */
export const STARTS_AT_ONCE = 4;
/** Newly admitted runs of a lane that are read, and dispatched, at a time. */
export const ADMITTED_AT_ONCE = 16;
/**
 * Concurrent dispatches of an instance to one target, by requests and by messages each: a burst does not overload
 * the cluster, and a cluster that does not answer blocks only these.
 */
export const DISPATCHES_AT_ONCE = 4;
/** How long one message dispatches runs, far below the timeout of a function. The rest goes to new messages. */
export const DISPATCH_TURN_MS = 60_000;
/** Least time between two messages to a target: a burst of starts costs ten messages a second. */
export const DISPATCH_GATHER_MS = 100;
/** Most runs in one message: those that came since the message before it. */
export const DISPATCHES_PER_MESSAGE = 100;
/** How long a dispatch by message yields while more than `STARTS_AT_ONCE` starts wait for their answers, and how often it checks. */
export const DISPATCH_YIELD_MS = 2_000;
export const DISPATCH_YIELD_STEP_MS = 50;
/** After a failure, a target is left to the timer for this long, so that not every start waits for it. */
export const DISPATCH_REST_MS = 10_000;
/** Time for the first dispatch to Kubernetes inside a start or cancel request. */
export const DISPATCH_BUDGET_MS = 5_000;
/** `activeDeadlineSeconds` of the Job is this much later than the run's deadline: it ends the Job when Sluice is down. */
export const DEADLINE_MARGIN_SECONDS = 300;
/** What a driver gets between TERM and KILL. Long, because Nextflow deletes its task pods one by one when it gets TERM. */
export const DRIVER_GRACE_SECONDS = 60;
/**
 * TTL of a finished Job, a week. Sluice deletes it long before. After an outage of Sluice only the Job tells how the run
 * ended, so it has to last longer than any outage.
 */
export const JOB_TTL_SECONDS = 7 * 86_400;
/** An image that cannot be pulled, or a container that cannot be configured, gets this long to recover. */
export const START_TROUBLE_GRACE_MS = 180_000;
/** A volume that cannot be attached or mounted, or a network that cannot be set up, gets this long: they heal by themselves, but slowly. */
export const MOUNT_TROUBLE_GRACE_MS = 600_000;
/** When a driver does not run after this long, its pod's warnings are read. Most have started by then. */
export const WARNINGS_AFTER_MS = 20_000;

/**
 * How often a follower commits what it has read: an event stream in another process, which polls for commits, is to show a
 * line within 300 ms. Less often with many followers on one instance, so that it sends at most 200 messages per second: a Web
 * PubSub unit takes about 400 for small groups, and at 333 from one instance some were seconds late.
 */
export const FOLLOW_BATCH_MS = 150;
export const FOLLOW_BATCH_MS_PER_RUN = 5;
/** How long a follower follows a run before it checks whether other runs wait for a place. */
export const FOLLOW_TIME_SLICE_MS = 15_000;
/** The longest time slice of a follower, far below the timeout of a function. */
export const FOLLOW_TIME_SLICE_MAX_MS = 240_000;
/** A dead follower is replaced after this long, by default: its watchdog message becomes visible. */
export const WATCHDOG_SECONDS = 20;
/** And as settings have it: a second for each renewal at least, and no longer than a user waits. */
export const WATCHDOG_SECONDS_MIN = 3;
export const WATCHDOG_SECONDS_MAX = 300;
/** How often a living follower postpones its watchdog message in that time, so that one attempt may fail. */
export const WATCHDOG_RENEWALS = 3;
/** The lease of a follower, as a multiple of the watchdog time; it is renewed after half of the lease. */
export const LEASE_WATCHDOGS = 3;
/** A requested follower that has not taken its lease is requested again after this long. */
export const ASK_AGAIN_MS = 60_000;

/**
 * Waiting readers poll after a quarter of the time since the last event, within these limits: lines of a run that prints
 * are seen within 25 ms, and a quiet run costs four reads per second.
 */
export const READERS_LOOK_PART = 1 / 4;
export const READERS_LOOK_MIN_MS = 25;
export const READERS_LOOK_MAX_MS = 250;
/** A run that is followed for its readers is released this long after the last one left: one that reconnects does so within a second. */
export const READERS_AWAY_MS = 2_000;
/** Least pause before such a run is followed again, so that another follower can take it and failures are not retried without pause. */
export const FOLLOW_AGAIN_MS = 5_000;
/** Runs that one instance follows for readers: the default number of concurrent requests on Flex Consumption. */
export const FOLLOWED_FOR_READERS_MAX = 100;

/** How long a new watch may take to report the pods before they are listed without it. */
export const FIRST_LOOK_MS = 2_000;
/** How often a run is listed when the watch does not help: it failed, the Job is not made yet, or the end is in doubt. */
export const LOOK_MS = 10_000;
/**
 * The same with a working watch, which may have died silently. Longer than the grace period of a driver, so that a
 * cancel needs only the last list.
 */
export const QUIET_LOOK_MS = 75_000;
/** The same for a run that is to end and waits for something that the watch does not cover, such as its tasks. */
export const STOP_LOOK_MS = 5_000;
/** How often a follower of a quiet run checks its deadline, and for a cancel by another instance. */
export const CHECK_MS = 2_000;
/** Pause between the end of a log stream and the next one while the driver still runs. */
export const REOPEN_MS = 500;
/** Retries in a row of a follower whose step failed, with growing pauses; then its watchdog message takes over. */
export const RECOVERIES_MAX = 5;
export const RECOVERY_MS = 500;
/** A stream that is quiet for this long has caught up with its log. Shorter than the time from a burst to its rotation. */
export const STREAM_PAUSE_MS = 250;
/** The stream of a driver that has ended is read until it is quiet for this long. */
export const STREAM_REST_MS = 1_000;
/** How often a follower checks for waiting runs once its time slice is over. */
export const WAITING_MS = 5_000;
/** A second check before it gives up its place: longer than a message waits when a place is free (`maxPollingInterval`). */
export const WAITING_AGAIN_MS = 1_500;
/** Time for publishing at the end of a run; the rest is left to the timer. */
export const PUBLISH_REST_MS = 2_000;
/** Time for publishing at the end of a time slice. Short: until the next follower takes over, the log is not read. */
export const PUBLISH_DRAIN_MS = 300;

/** A tick begins no new work after this; the next one continues. The timer's period is a minute. */
export const TICK_BUDGET_MS = 45_000;
/** The timer counts as dead after this: three periods, so that one late or lost call is no alarm. */
export const TIMER_DEAD_MS = 180_000;
/** Then requests and messages run a tick, this long after the last one: the period of the timer. */
export const OVERDUE_TICK_MS = 60_000;
/** Log bytes that one tick reads for one run, and the time for that. */
export const TICK_LOG_BYTES_PER_RUN = 8 * MIB;
export const TICK_LOG_MS_PER_RUN = 10_000;
/** Runs that a tick reconciles concurrently: they mostly wait for storage and API servers. */
export const TICK_PARALLEL = 64;

/** Most rows of one answer of a table. */
export const ROWS_PER_LIST_MAX = 1_000;
/** One blob of a compacted log. It is read whole for a page of events: large for few requests, small for memory. */
export const SEGMENT_BYTES = 2 * MIB;
/** How long one message compacts: far below the time that a platform waits when it scales in. */
export const COMPACT_MESSAGE_MS = 30_000;
/**
 * A requested compaction that is not done after this multiple of the watchdog time is requested again, and the timer takes
 * part. Longer than one message compacts, so that work in progress is not disturbed.
 */
export const COMPACT_WATCHDOGS = 6;
/** Time that the timer itself spends on one such log. */
export const TICK_COMPACT_MS = 5_000;

/** `head` notices after the end of a run, so that clients notice a lost last message. */
export const HEADS_AFTER_END = 3;
/** A run that ended longer ago than this gets none: after an outage no client waits for them any more. */
export const HEADS_AGE_MS = 600_000;
/** Leftovers of an ended run that cannot be deleted are tried again after this share of the time since the end. */
export const SWEEP_REST_SHARE = 1 / 4;
/** And after this at the latest: the target may become reachable again. */
export const SWEEP_REST_MAX_MS = 3_600_000;
/** Share of a pass's time for messages to Web PubSub: a slow one leaves time for the work itself. */
export const PUSH_SHARE = 2 / 3;
