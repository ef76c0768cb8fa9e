/** Every bound that a caller can run into, in one place. Lengths are Unicode code points, times milliseconds. */
export const LIMITS = {
  idLength: 64,
  clientIdLength: 64,
  emailLength: 254,
  usernameLength: 64,
  displayNameLength: 100,
  passwordMinLength: 8,
  passwordMaxLength: 200,
  tokenLength: 8_192,
  searchLength: 100,
  cursorLength: 200,
  pageDefault: 50,
  pageMax: 100,
  titleLength: 200,
  subjectLength: 200,
  /** People in one conversation: a message writes one inbox entry for each. */
  participants: 250,
  messageLength: 10_000,
  attachments: 10,
  attachmentLength: 2_048,
  /** Code units of one emoji: the longest families and flags have fewer. */
  emojiLength: 40,
  /** Different emojis on one message. */
  reactionEmojis: 20,
  /** Reactions to one message, over all people and emojis. */
  reactions: 500,
  offerTitleLength: 200,
  offerTermsLength: 5_000,
  presenceUserIds: 250,
  /** A reader further behind than this is told to `reset`. */
  replayEvents: 1_000,
  typingExpiryMs: 6_000,
  /** Of one person in one room, readers are told a change at most once in this time. */
  typingIntervalMs: 2_000,
  /** In a conversation of more people typing is told in its room alone, and not in their inboxes: each sign goes to each inbox. */
  typingInboxParticipants: 20,
  /** Bytes of one WebSocket frame from a client: tRPC's own puts all calls of one turn into one frame. */
  wsPayloadBytes: 1_048_576,
  /** Bytes of one HTTP request body. */
  httpBodyBytes: 131_072,
  /** The same on `/trpc`, where it may hold many calls, of whoever has shown a good token. */
  trpcBodyBytes: 1_048_576,
  /** Open subscriptions on one WebSocket. */
  subscriptionsPerSocket: 100,
  /** Messages in one frame from a client; above the cap of subscriptions, since a reconnect sends them all at once. */
  wsBatch: 1_000,
  /** Calls in one HTTP batch: tRPC's own client puts all calls of one turn into one. */
  httpBatch: 250,
} as const;
