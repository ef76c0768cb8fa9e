// A database with so many rows that PostgreSQL reads none of its tables from end to end where an index would do.
import type { Caller } from '../../core/caller.ts';
import type { Database } from '../../core/database.ts';

export const PEOPLE = 2_000;
export const TALKS = 4_000;
/** Of {@link busy}: every fourth one is theirs. */
export const BUSY_TALKS = TALKS / 4;
/** The first of those of {@link busy}, which has more than any other of all that a talk can have. */
export const LONG_TALK = 'c4';
const LONG = 3_000;

/** Somebody with more talks than anyone. */
export const busy: Caller = { id: 'u0', username: 'u0', avatar: null };
/** Who wrote what is in {@link LONG_TALK}. */
export const author: Caller = { id: 'u5', username: 'u5', avatar: null };
/** Somebody with a few talks, as most people have. */
export const usual: Caller = { id: 'u1', username: 'u1', avatar: null };
/** A refresh token of theirs. */
export const TOKEN = 'token';

const SCRIPT = [
  `INSERT INTO "User" (id, username, "usernameKey", "displayName")
   SELECT 'u' || n, 'u' || n, 'u' || n, 'Person ' || n FROM generate_series(0, ${PEOPLE - 1}) n`,
  `INSERT INTO "Conversation" (id, kind, "createdById", "createdAt", "activityAt")
   SELECT 'c' || n, 'group', 'u' || n % ${PEOPLE}, now(), now() - n * interval '1 minute'
   FROM generate_series(1, ${TALKS}) n`,
  // Three in each: two of everybody, and of every fourth talk the busy one.
  `INSERT INTO "Participant" ("conversationId", "userId", "joinedAt", "unreadCount")
   SELECT DISTINCT ON (c, u) 'c' || c, 'u' || u, now() - interval '1 year', c % 3
   FROM generate_series(1, ${TALKS}) c,
     unnest(ARRAY[1 + c % ${PEOPLE - 1}, 1 + c * 7 % ${PEOPLE - 1},
       CASE WHEN c % 4 = 0 THEN 0 ELSE 1 + c * 13 % ${PEOPLE - 1} END]) u`,
  `INSERT INTO "Message" (id, "conversationId", seq, "userId", content, attachments, "clientId", "createdAt")
   SELECT 'm' || c || '-' || s, 'c' || c, s, 'u' || (1 + c % ${PEOPLE - 1}), 'hello', '{}'::text[], c || '-' || s, now()
   FROM generate_series(1, ${TALKS}) c, generate_series(1, 2) s
   UNION ALL
   SELECT 'm' || s, '${LONG_TALK}', s, 'u5', 'hello', '{}'::text[], 'long-' || s, now()
   FROM generate_series(3, ${LONG}) s`,
  `INSERT INTO "Topic" (id, head)
   SELECT 'c:' || "conversationId", max(seq) FROM "Message" GROUP BY 1
   UNION ALL SELECT 'u:' || "userId", count(*) FROM "Participant" GROUP BY 1`,
  `INSERT INTO "LogEntry" (topic, seq, type, refs, at)
   SELECT 'c:' || "conversationId", seq, 'message', jsonb_build_object('messageId', id), now() FROM "Message"
   UNION ALL
   SELECT 'u:' || "userId", row_number() OVER (PARTITION BY "userId"), 'new-message',
     jsonb_build_object('conversationId', "conversationId", 'seq', 1, 'messageId', 'm' || substr("conversationId", 2) || '-1', 'unreadCount', 1), now()
   FROM "Participant"`,
  `INSERT INTO "Reaction" ("messageId", "userId", emoji, seq, "emojiSeq")
   SELECT id, 'u1', 'x', 1, 1 FROM "Message"`,
  `INSERT INTO "Offer" (id, "conversationId", "authorId", "recipientId", title, terms, "clientId", "expiresAt", "createdAt", "updatedAt", status)
   SELECT 'o' || n, 'c' || CASE WHEN n % 10 = 0 THEN 4 ELSE 1 + n % ${TALKS} END, 'u1', 'u2', 't', 't', 'o' || n,
     CASE WHEN n % 2 = 0 THEN now() + n * interval '1 minute' END, now() - n * interval '1 second', now(),
     (CASE WHEN n % 4 = 0 THEN 'accepted' ELSE 'pending' END)::"OfferStatus"
   FROM generate_series(1, 4000) n`,
  `INSERT INTO "RefreshToken" (hash, "familyId", "userId", "createdAt", "expiresAt")
   SELECT 'h' || n, 'f' || n / 2, 'u' || n % ${PEOPLE}, now(), now() + n * interval '1 minute'
   FROM generate_series(1, 4000) n`,
  `UPDATE "RefreshToken" SET hash = encode(sha256('${TOKEN}'), 'hex') WHERE hash = 'h1'`,
  'ANALYZE',
];

export async function insertManyRows(database: Database): Promise<void> {
  await using session = await database.session();
  // Foreign keys are not checked row by row: these are right, and it is most of the time.
  await session.query(`SET session_replication_role = 'replica'`);
  for (const statement of SCRIPT) await session.query(statement);
}
