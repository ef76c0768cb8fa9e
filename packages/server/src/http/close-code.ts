/**
 * How a socket is closed. Codes below 4000 ask the client to come again by itself; the others say that it would fail
 * the same way until it changes something. The reason is one of the contract's where it has one.
 */
export const CLOSE = {
  tooLong: 1009,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  badFrames: 4400,
  unauthenticated: 4401,
  timedOut: 4408,
  tooMany: 4429,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];
