/** Every bound of the product, but those of functions (`function-limits.ts`), each with its reason. Sizes in bytes, times in milliseconds. */

/** The tables of `src/README.md` § State. */
export const TABLES = [
  'meta',
  'work',
  'runs',
  'lanes',
  'idempotency',
  'index',
  'catalogue',
] as const;
export type Table = (typeof TABLES)[number];

/** Version of the stored rows. 0.1 stored none; it counts as 1. */
export const SCHEMA_VERSION = 2;

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** CPU and memory of a container: the least that Kubernetes counts and runtimes start with, and more than any machine has. */
export const CPU_MIN = 0.001;
export const CPU_MAX = 1_000;
export const MEMORY_BYTES_MIN = 6 * MIB;
export const MEMORY_BYTES_MAX = 32 * MIB * MIB;

/** Partitions of the work table: a tick reads all of them, and one partition takes 2,000 writes/s. */
export const WORK_SHARDS = 16;
/**
 * Rows of each partition that a tick takes up together: enough that the runs of most installations are read before their
 * cluster is listed, few enough that even slow storage leaves time of the tick to act on them.
 */
export const WORK_PAGE = 250;

/** Azure Tables: an entity-group transaction takes 100 operations and 4 MiB, an entity 1 MiB. */
export const COMMIT_WRITES_MAX = 100;
export const COMMIT_BYTES_MAX = 4 * MIB;
export const ROW_BYTES_MAX = 1_024 * KIB;

/** Runs that enter, leave or are let in by one lane transaction: the lane row, and a ticket with the row that finds it for each. */
export const LANE_CHANGES_PER_COMMIT = 49;
/**
 * How long a change of a lane is tried again while others come between. A commit takes about 10 ms and one of those who
 * try always gets through, so that this is enough for hundreds of them; and a caller waits for it.
 */
export const LANE_CHANGE_MS = 5_000;
/** The pause after a lost try is drawn up to this, about the time of a commit. Longer ones only made those who had lost wait longer. */
export const LANE_PAUSE_MS = 8;

/** The lane row lists its active runs: 500 ids are 8 KiB, one property. */
export const LANE_CAPACITY_MAX = 500;
/** Tickets of one lane. */
export const LANE_QUEUE_MAX = 5_000;
/** Lanes of one domain: their names are one row, 64 KiB, and `/metrics` reads each of them. */
export const LANES_MAX = 1_000;
/** So far a place in the queue is told exactly: it is found by reading the tickets before it. */
export const POSITION_MAX = 100;

/** Entries of the index that one list looks at: a filter that matches little still answers in time, with a cursor. */
export const LISTED_MAX = 2_000;

/** A request's JSON, stored with the run: a run row stays far below 1 MiB. No body is larger, but that of a catalogue entry. */
export const REQUEST_BYTES_MAX = 256 * KIB;
/** A body with a catalogue entry, which is 512 KiB as a row: room for the white space of people. */
export const ENTRY_BODY_BYTES_MAX = 1_024 * KIB;
/**
 * What a request has sent beyond what was read of it is read and thrown away so far, and so long: many clients look for
 * the answer only once they have sent everything.
 */
export const DRAINED_BYTES_MAX = 32 * MIB;
export const DRAINED_MS = 30_000;
/** Globs of one kind in a policy: every start compares with all of them. */
export const POLICY_GLOBS_MAX = 100;

/** One log event: small enough for a Web PubSub message and for a row, large enough for bursts. */
export const LOG_BATCH_BYTES_MAX = 128 * KIB;
export const LOG_BATCH_LINES_MAX = 1_000;
/** A longer line is split into parts of this size, each flagged, so that memory stays bounded. */
export const LINE_PART_BYTES = 64 * KIB;
/**
 * Where a log is resumed, so much of it is read again and skipped: as far back as a node's clock may be set. An open stream is
 * opened anew once it covers no more than that; the margin is there so that small steps do not do so.
 */
export const LOG_OVERLAP_SECONDS = 600;
export const LOG_OVERLAP_MARGIN_SECONDS = 660;
/** But no more than this: a log of 100 KB/s that the timer alone reads has to get on. */
export const LOG_REREAD_BYTES = 1_024 * KIB;
/**
 * What one read of a log goes through and does not show, as of a side container's: some seconds of an instance. And how many such
 * reads a token may have open on an instance.
 */
export const LOG_SCAN_BYTES = 64 * MIB;
export const LOG_SCANS_MAX = 2;
/** Lines asked for from the end, where they are so short that more of them would be `LOG_REREAD_BYTES`. */
export const LOG_TAIL_LINES_MAX = 50_000;
/** How often a log is read anew in one pass because its clock was set back again. */
export const LOG_READS_MAX = 20;
/** What others say (a cluster, a driver) is quoted so far in UTF-16 units: in a run's reason, in an event for a line that tells an error. */
export const REASON_QUOTE_MAX = 500;
export const LINE_ERROR_MAX = 2_000;
/** Events in one commit, below the 100 operations of a transaction and its 4 MiB. */
export const EVENTS_PER_COMMIT = 16;

/** Web PubSub takes 1 MB a message; above this only a `head` notice goes out. */
export const PUSH_BYTES_MAX = 900_000;

/** Runs that one negotiation may name: what is not in the token of the address costs a message to join. */
export const NEGOTIATED_RUNS_MAX = 50;
/**
 * Characters of group names in the token of an address. Azure SignalR takes no token of 4 KiB or more, and Web PubSub, which tells no limit,
 * is made by the same people: of 3 KiB before base64, what else a token holds takes a third at most.
 */
export const NEGOTIATED_GROUP_CHARS = 2_000;

/** Events that wait in one instance for a slow Web PubSub to take them, all runs together: what an instance can spare. */
export const BACKLOG_BYTES = 8 * MIB;
/** The same of one run: a commit, or a page that is read back. */
export const BACKLOG_RUN_BYTES = EVENTS_PER_COMMIT * LOG_BATCH_BYTES_MAX;

/** Between two messages about one run, at least. */
export const PUBLISH_MS = 200;
/** Deliveries a second that one run may cause: a Web PubSub unit does about 3,000 to a large group. */
export const DELIVERIES_PER_SECOND = 2_500;
/** Bytes a second that one run may cause, all viewers together: a unit does about 6 MB/s. Above that, only notices. */
export const DELIVERED_BYTES_PER_SECOND = 5_000_000;
/** Viewers are counted this often, and so far. */
export const AUDIENCE_MS = 30_000;
export const AUDIENCE_MAX = 5_000;
/** While a run is followed a notice of how far its log goes is sent this often: a lost last message is noticed. */
export const HEAD_MS = 10_000;

/** One answer of the event log: below the 4 MiB that functions and browsers handle comfortably. */
export const PAGE_BYTES_MAX = 4 * MIB;
export const PAGE_EVENTS_MAX = 1_000;

/** A Job or pod that is not listed is believed gone only after it has been missing this long. */
export const ABSENCE_GRACE_MS = 10_000;
/** A Job whose ConfigMap is missing is made anew after this long: until then its maker may be about to make it. */
export const CONFIG_GRACE_MS = 15_000;
/** A submit that has not been accepted after this long is finished by a tick. */
export const SUBMIT_GRACE_MS = 15_000;
/** How long the end of a log may stay unreadable before the run ends without it, with a `gap`. */
export const LOG_DRAIN_GRACE_MS = 60_000;
/** A start's answer waits so long for the first dispatch: a cluster that keeps up takes 20 to 100 ms. */
export const DISPATCH_WAIT_MS = 150;
/** With more starts than this under way in an instance, dispatches go by message: what is recorded is answered. */
export const STARTS_AT_ONCE = 4;
/** Runs that one change of a lane let in, and that are read and asked for at a time. */
export const ADMITTED_AT_ONCE = 16;
/**
 * Dispatches to one target that an instance has under way, by requests and by messages each: a burst does not overrun
 * the cluster, and a cluster that does not answer holds up no more than these.
 */
export const DISPATCHES_AT_ONCE = 4;
/** A message dispatches those that wait for so long: far below the timeout of a function. The rest goes to new messages. */
export const DISPATCH_TURN_MS = 60_000;
/** Runs that one message asks for: those whose starts came while the message before it was sent. */
export const DISPATCHES_PER_MESSAGE = 100;
/** A dispatch by message waits so long at most while more than `STARTS_AT_ONCE` starts wait for their answers, and looks so often. */
export const DISPATCH_YIELD_MS = 2_000;
export const DISPATCH_YIELD_STEP_MS = 50;
/** A target in trouble is left to the timer for so long, so that not each start waits for it again. */
export const DISPATCH_REST_MS = 10_000;
/** First dispatch to Kubernetes inside a start or cancel request. */
export const DISPATCH_BUDGET_MS = 5_000;
/** Job.activeDeadlineSeconds is this much later than ours: a net for when nobody is there to cancel. */
export const DEADLINE_MARGIN_SECONDS = 300;
/**
 * TTL of a finished Job, a week. The reconciler deletes it long before; but how a run ended while we were
 * away is known from its Job alone, and an outage of ours may take as long as that.
 */
export const JOB_TTL_SECONDS = 7 * 86_400;
/** An image that cannot be pulled or a container that cannot be configured gets this long to recover. */
export const START_TROUBLE_GRACE_MS = 180_000;
/** A volume that cannot be attached or mounted, a network that cannot be set up: nodes and storage heal by themselves, but slowly. */
export const MOUNT_TROUBLE_GRACE_MS = 600_000;
/** A driver that does not run after this long is asked why: its pod's warnings are read. Most have started by then. */
export const WARNINGS_AFTER_MS = 20_000;

/**
 * A follower commits what it has read this often: an event stream in another process, which looks after that, is to have a line
 * within 300 ms. With many followers on one instance less often, so that
 * an instance sends 200 messages a second: a Web PubSub unit takes about 400 for small groups, and
 * at 333 of one instance some were seconds late.
 */
export const FOLLOW_BATCH_MS = 150;
export const FOLLOW_BATCH_MS_PER_RUN = 5;
/** A follower looks after a run this long before it looks whether others wait. */
export const FOLLOW_SLICE_MS = 15_000;
/** The longest that it does so in one go: far below the timeout of a function. */
export const FOLLOW_SLICE_MAX_MS = 240_000;
/** A dead follower is replaced after this long, by default: its watchdog message becomes visible. */
export const WATCHDOG_SECONDS = 20;
/** A living follower postpones its watchdog message so many times in that time, so that one may fail. */
export const WATCHDOG_RENEWALS = 3;
/** A follower's word that it is there holds for so many times that long; it is renewed at half of that. */
export const LEASE_WATCHDOGS = 3;
/** A follower that was asked for and has not come is asked for again. */
export const ASK_AGAIN_MS = 60_000;

/**
 * Who waits for events looks again after a quarter of the time in which nothing has come, within these bounds: a run that prints
 * is told of within 25 ms, a quiet one costs four reads a second.
 */
export const READERS_LOOK_PART = 1 / 4;
export const READERS_LOOK_MIN_MS = 25;
export const READERS_LOOK_MAX_MS = 250;
/** A run that is followed for its readers is given up this long after the last one left: one that comes back does so within a second. */
export const READERS_AWAY_MS = 2_000;
/** And followed for them again no sooner than this: whoever else wants it has it by then, and what fails is not tried all the time. */
export const FOLLOW_AGAIN_MS = 5_000;
/** Runs that one instance follows for readers: as many as it is given requests at once, by default, on Flex Consumption. */
export const FOLLOWED_FOR_READERS_MAX = 100;

/** How long the watch may take to tell of the pods before they are looked at without it. */
export const FIRST_LOOK_MS = 2_000;
/** A run of which no watch tells is looked at this often: the watch failed, its Job is not made yet, its end is in doubt. */
export const LOOK_MS = 10_000;
/**
 * The same where the watch tells, at least: it may have died without a word. Longer than the grace period of a driver, so
 * that a cancel needs no look but the last.
 */
export const QUIET_LOOK_MS = 75_000;
/** A run that is to end, and of which something is left that no watch tells of, such as its tasks. */
export const STOP_LOOK_MS = 5_000;
/** A run whose driver runs quietly: its deadline, a cancel by another instance. */
export const CHECK_MS = 2_000;
/** Between the end of a stream and the next one, while the driver is still said to run. */
export const REOPEN_MS = 500;
/** A follower whose step failed tries again so often in a row, after longer and longer; then its watchdog message takes over. */
export const RECOVERIES_MAX = 5;
export const RECOVERY_MS = 500;
/** Nothing has come from a stream for so long: it has caught up with its log. Shorter than a rotation can come after a burst. */
export const STREAM_PAUSE_MS = 250;
/** The stream of a driver that has ended is read on until it brings nothing for so long. */
export const STREAM_REST_MS = 1_000;
/** Others who wait for a follower are looked for this often, once the slice is over. */
export const WAITING_MS = 5_000;
/** And once more after this: longer than a message is there before a free place takes it (`maxPollingInterval`). */
export const WAITING_AGAIN_MS = 1_500;
/** At the end of a run: what is not published in this time is left to the timer. */
export const PUBLISH_REST_MS = 2_000;
/** At the end of a slice: the next follower publishes the rest, and until there is one nobody reads the log. */
export const PUBLISH_HAND_OVER_MS = 300;

/** A tick stops taking up new work after this; the next one goes on. Timer period is a minute. */
export const TICK_BUDGET_MS = 45_000;
/** The timer is taken for dead after this: three times its period, so that one late or lost call is no alarm. */
export const TIMER_DEAD_MS = 180_000;
/** Then calls run a tick, this long after the last one: the period of the timer. */
export const OVERDUE_TICK_MS = 60_000;
/** Log bytes that one tick reads for one run, and how long it reads them. */
export const TICK_LOG_BYTES_PER_RUN = 8 * MIB;
export const TICK_LOG_MS_PER_RUN = 10_000;
/** Runs reconciled at once: they do little but wait, for storage and for API servers. */
export const TICK_PARALLEL = 64;

/** Rows that one list of a table answers, at most. */
export const ROWS_PER_LIST_MAX = 1_000;
/** One blob of a compacted log is read whole for a page of events: large enough for few requests, small enough for that. */
export const SEGMENT_BYTES = 2 * MIB;
/** A message of the queue compacts for this long: far below what a platform that scales in waits for. */
export const COMPACT_SLICE_MS = 30_000;
/**
 * A compaction that was asked for and is not done after so many times the time of a watchdog message is asked for again, and the timer
 * takes part: longer than a slice, so that who is at it is left alone.
 */
export const COMPACT_WATCHDOGS = 6;
/** What the timer itself spends on one such log. */
export const TICK_COMPACT_MS = 5_000;

/** `head` notices after the end, so that a lost last message is noticed. */
export const HEADS_AFTER_END = 3;
/** A run that ended longer ago than this gets none: after an outage nobody waits for them any more. */
export const HEADS_AGE_MS = 600_000;
/** What is left of an ended run and cannot be deleted is looked at again after this part of the time since its end. */
export const SWEEP_REST_SHARE = 1 / 4;
/** And after so long at most: the target may come back. */
export const SWEEP_REST_MAX_MS = 3_600_000;
/** Of the time of a pass, messages to Web PubSub get no more than this part: a slow one leaves time for the work itself. */
export const PUSH_SHARE = 2 / 3;
