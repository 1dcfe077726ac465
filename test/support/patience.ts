/**
 * How long a test waits for something that comes, in milliseconds: longer than any machine needs, so that no test
 * measures time. What does not come is told by the wait, before the time of the test is up.
 */
export const PATIENCE = { timeout: 60_000, interval: 20 };
