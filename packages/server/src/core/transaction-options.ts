/** How long an interactive transaction waits for a connection and may then take, in milliseconds. */
export const TRANSACTION_OPTIONS = { maxWait: 5000, timeout: 10_000 } as const;
