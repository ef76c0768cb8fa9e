/** One statement that writes what a send writes, as somebody would by hand who wants it fast. */

/** Values: id, conversation, author, content, clientId. Returns no row where the author is no participant. */
export const WHOLE_SEND = `
WITH member AS (
  SELECT "conversationId" FROM "Participant" WHERE "conversationId" = $2 AND "userId" = $3
), room AS (
  UPDATE "Topic" SET head = head + 1 FROM member WHERE id = 'c:' || member."conversationId"
  RETURNING head, date_trunc('milliseconds', clock_timestamp()) AS now
), message AS (
  INSERT INTO "Message" (id, "conversationId", seq, "userId", content, attachments, "clientId", "createdAt")
  SELECT $1, $2, head, $3, $4, '{}', $5, now FROM room
  RETURNING seq, "createdAt"
), activity AS (
  UPDATE "Conversation" SET "activityAt" = now FROM room WHERE id = $2
), unread AS (
  UPDATE "Participant" SET "unreadCount" = "unreadCount" + 1 FROM room
  WHERE "conversationId" = $2 AND "userId" <> $3
  RETURNING "userId", "unreadCount"
), inbox AS (
  INSERT INTO "Topic" AS t (id, head) SELECT 'u:' || "userId", 1 FROM unread ORDER BY 1
  ON CONFLICT (id) DO UPDATE SET head = t.head + 1
  RETURNING id, head
), entries AS (
  INSERT INTO "LogEntry" (topic, seq, type, refs, at)
  SELECT 'c:' || $2, head, 'message', jsonb_build_object('messageId', $1::text), now FROM room
  UNION ALL
  SELECT inbox.id, inbox.head, 'new-message', jsonb_build_object('conversationId', $2::text, 'seq', room.head,
    'messageId', $1::text, 'unreadCount', "unreadCount"), now
  FROM room, unread JOIN inbox ON inbox.id = 'u:' || "userId"
)
SELECT seq::int FROM message`;

/** The least that a chat writes: the message and the counter that numbers it. Values as above. */
export const BARE_SEND = `
WITH room AS (
  UPDATE "Topic" SET head = head + 1 WHERE id = 'c:' || $2 RETURNING head
)
INSERT INTO "Message" (id, "conversationId", seq, "userId", content, attachments, "clientId", "createdAt")
SELECT $1, $2, head, $3, $4, '{}', $5, clock_timestamp() FROM room
RETURNING seq::int`;
