/**
 * Every time that bounds the database, in milliseconds, and how they fit together: what is inside gives up first, so
 * that whoever waits learns the cause, and nothing waits for ever.
 *
 * A node that stops in the middle of a transaction (frozen, or cut off) holds its room for {@link ABANDONED_MS}; the
 * commits of other nodes wait longer than that for the lock ({@link LOCK_MS}), and those behind them for their turn
 * ({@link TURN_MS}), so they go through when the server has ended it. A statement that does more than wait ends at
 * {@link STATEMENT_MS}. The server says so itself; only when nothing at all is heard of it for {@link SILENCE_MS} does
 * the node give the connection up. A call is answered after {@link CALL_MS} whatever happens.
 */

/** A transaction without a statement is ended by the server: `idle_in_transaction_session_timeout`. */
export const ABANDONED_MS = 5_000;
/** A statement waits for another transaction's lock: `lock_timeout`. */
export const LOCK_MS = 7_000;
/** A statement may take, its wait for a lock included: `statement_timeout`. */
export const STATEMENT_MS = 9_000;
/** A connection in use may say nothing. Then the network has swallowed it: it is destroyed, and leaves the pool. */
export const SILENCE_MS = 10_000;
/** A connection may take to be made, and a query may wait for one of the pool. */
export const CONNECT_MS = 5_000;
/** Work may wait for its turn before it is refused; then its caller has not long to wait any more. */
export const TURN_MS = 8_000;
/** A query or mutation is answered. What it has begun goes on, and the retry with its `clientId` finds it. */
export const CALL_MS = 15_000;
/** A connection without work is ended, and one that has work again is made anew. */
export const IDLE_MS = 30_000;
/** A connection is made anew after so long, so that all of them follow a database that has moved. */
export const CONNECTION_LIFE_MS = 300_000;
/** The kernel asks a silent connection whether it is alive. */
export const KEEP_ALIVE_MS = 10_000;

/** Interactive transactions wait for a connection, and then take, at most so long. */
export const TRANSACTION_OPTIONS = { maxWait: CONNECT_MS, timeout: 12_000 } as const;

/** A server that starts waits for another node to leave the database, … */
export const NODE_WAIT_MS = 5_000;
/** … asks its own lock whether it still holds, so often, … */
export const NODE_CHECK_MS = 2_000;
/** … and loses it when it has not asked for so long, because it is frozen or cut off. */
export const NODE_SILENCE_MS = 15_000;

/**
 * A transaction that the server has undone because of another one is done again: a deadlock takes a second to be found,
 * so it may happen so often, …
 */
export const COMMIT_TRIES = 4;
/** … after a pause between a half and the whole of this, doubled each time, … */
export const COMMIT_PAUSE_MS = 40;
/** … but not later than this after the first began. */
export const COMMIT_RETRY_MS = 8_000;
