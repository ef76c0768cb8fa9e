/** Every bound of the edge in one place. Times are milliseconds. A test or a host may set its own. */
export const EDGE_LIMITS = {
  /** Open WebSockets; the next one is refused with HTTP 503. */
  sockets: 10_000,
  /** TCP connections of a server of our own, WebSockets included; the next one is dropped. */
  tcpConnections: 12_000,
  /** Sockets and event streams of one person; the next one is refused with `too_many_connections`. */
  connectionsPerUser: 50,
  /** Sockets of one address that have not shown a good token; the next one is refused with HTTP 429. */
  unauthenticatedPerIp: 1_000,
  /** Requests of one person with a body of more than `httpBodyBytes`; the next one is refused with `rate_limited`. */
  largeBodiesPerUser: 10,
  /** Calls of one socket that wait for their first reply; the next one is refused with `rate_limited`. */
  pendingCalls: 500,
  /** Frames of one socket that are not messages; the last one closes it with 4400. */
  malformedFrames: 10,
  /** Pieces that one message may come in: its fragments, and reads of the network; one of more closes with 1008. */
  messageParts: 4_096,
  /** Bytes of one socket since a message began, pings among them; with more than this it is closed with 1009. */
  unfinishedBytes: 2_097_152,
  /** The same of a socket that has shown no good token; with more it is closed with 4401. */
  strangerBytes: 65_536,
  /** Bytes that wait for one peer to read them; above it nothing more is read from it, and events wait. */
  bufferedBytes: 1_048_576,
  /** With more than this waiting it is cut off at once: replies to what had been read already. */
  bufferedMaxBytes: 16_777_216,
  /** A peer that does not read for so long is closed with 1013. */
  stallMs: 30_000,
  /** The frame with the connection parameters comes within this, or the socket is closed with 4408. */
  paramsMs: 5_000,
  /** A socket without a token lives this long: enough to sign in on it. */
  unauthenticatedMs: 30_000,
  /** A socket with a bad token lives this long: enough for its first calls to be refused by name. */
  rejectedMs: 5_000,
  /** How long it may take to find out who a socket's parameters name; and how long the calls and subscriptions of a
   * connection that is given up may take to hear of it. */
  settleMs: 5_000,
  /** How long the peer may take to answer a close, before it is cut off. */
  closeMs: 2_000,
  /** A peer that has been quiet for so long is pinged … */
  pingMs: 30_000,
  /** … and cut off when it does not answer within this, unless it is slow. */
  pongMs: 5_000,
  /** A client is told to reconnect this long before its token expires … */
  nudgeMs: 20_000,
  /** … where the token had at least this long to live when it came. */
  nudgeLifeMs: 40_000,
  /**
   * A client that is told to reconnect is told nothing else for so long: what comes is the next socket's to bring, however
   * long that takes to open. Less than `nudgeMs`: one that stays all the same hears the rest before its token expires.
   */
  holdMs: 15_000,
  /** How often the people who are connected are looked up, to find the disabled ones. */
  sweepMs: 5_000,
  /** How long clients that are told to come again elsewhere may take to leave by themselves, when the server stops.
   * They are told within the first half … */
  leaveMs: 5_000,
  /** … and connections that have no call under way are closed after this, so that one is not cut off on its way … */
  idleMs: 1_000,
  /** … and then calls under way may take to finish. */
  drainMs: 10_000,
};

export type EdgeLimits = typeof EDGE_LIMITS;

/** Of the only node there is: nobody can go elsewhere meanwhile. */
export const ONLY_NODE_LIMITS = { leaveMs: 1_000, idleMs: 0 } satisfies Partial<EdgeLimits>;

/** Within this time everybody is told to leave; who is told last has as long again. */
export const nudgeSpreadMs = ({ leaveMs }: EdgeLimits): number => leaveMs / 2;
