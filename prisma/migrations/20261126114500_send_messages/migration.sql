-- Writes a group of messages, with all that a send writes: log entries, unread counts, heads, the time of activity.
--
-- A function, because what is read after waiting for a lock must be read anew: each statement in here has a snapshot of
-- its own, while all of one statement has the one that it began with. First the rooms are locked, in order; then one
-- statement judges and writes everything. What it reads of a room stays true, since whoever changes it locks it first.
--
-- items: [{id, room, author, content, attachments, reply, client}], in order of arrival, no two with the same author and
-- client. topics: those of the rooms. wait: whether to wait for a room that is locked; else its items are busy.
-- Returns [{outcome, seq, at, author, told: [[userId, seq, unreadCount]]}], one for each item and in their order.
--
-- Its plans are made once for each connection, and never for a table that was small: hence the settings.
CREATE FUNCTION send_messages(items json, topics text[], wait boolean) RETURNS json LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
DECLARE
  locked text[];
  heads bigint[];
  moment timestamptz(3);
  answer json;
BEGIN
  IF wait THEN
    SELECT array_agg(t.id), array_agg(t.head) INTO locked, heads
    FROM (SELECT id, head FROM "Topic" WHERE id = ANY (topics) ORDER BY id FOR NO KEY UPDATE) t;
  ELSE
    SELECT array_agg(t.id), array_agg(t.head) INTO locked, heads
    FROM (SELECT id, head FROM "Topic" WHERE id = ANY (topics) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) t;
  END IF;
  IF locked IS NULL OR cardinality(locked) < cardinality(topics) THEN
    -- The first event of a conversation makes its topic. One that was passed over is there already, and stays so.
    WITH made AS (
      INSERT INTO "Topic" (id)
      SELECT n.id FROM unnest(topics) n (id)
      WHERE EXISTS (SELECT FROM "Conversation" c WHERE c.id = substr(n.id, 3))
        AND NOT EXISTS (SELECT FROM "Topic" t WHERE t.id = n.id)
      ORDER BY n.id
      ON CONFLICT DO NOTHING
      RETURNING id, head
    )
    SELECT locked || array_agg(m.id), heads || array_agg(m.head) INTO locked, heads FROM made m;
  END IF;
  moment := date_trunc('milliseconds', clock_timestamp());

  WITH item AS MATERIALIZED (
    SELECT i.* FROM ROWS FROM (
      json_to_recordset(items)
      AS (id text, room text, author text, content text, attachments text[], reply text, client text)
    ) WITH ORDINALITY AS i (id, room, author, content, attachments, reply, client, n)
  ),
  asked AS MATERIALIZED (
    SELECT i.*, r.head, (
        SELECT p."joinedSeq" FROM "Participant" p WHERE p."conversationId" = i.room AND p."userId" = i.author
      ) AS "joinedSeq"
    FROM item i LEFT JOIN unnest(locked, heads) r (id, head) ON r.id = 'c:' || i.room
  ),
  judged AS MATERIALIZED (
    SELECT a.*,
      CASE
        WHEN a."joinedSeq" IS NULL THEN 'not_a_participant'
        WHEN a.head IS NULL THEN 'busy'
        WHEN a.client IS NOT NULL AND (
          SELECT m.seq FROM "Message" m WHERE m."userId" = a.author AND m."clientId" = a.client
        ) IS NOT NULL THEN 'sent'
        WHEN a.reply IS NOT NULL AND (
          SELECT m."conversationId" = a.room AND m.seq > a."joinedSeq" FROM "Message" m WHERE m.id = a.reply
        ) IS NOT TRUE THEN 'message_not_found'
        ELSE 'new'
      END AS outcome
    FROM asked a
  ),
  fresh AS MATERIALIZED (
    SELECT j.*, j.head + row_number() OVER (PARTITION BY j.room ORDER BY j.n) AS seq
    FROM judged j WHERE j.outcome = 'new'
  ),
  grown AS MATERIALIZED (
    SELECT f.room, max(f.seq) AS head, array_agg(f.author) AS authors FROM fresh f GROUP BY f.room
  ),
  messages AS (
    INSERT INTO "Message"
      (id, "conversationId", seq, "userId", content, attachments, "replyToId", "clientId", "createdAt")
    SELECT f.id, f.room, f.seq, f.author, f.content, f.attachments, f.reply, f.client, moment FROM fresh f
  ),
  rooms AS (
    UPDATE "Topic" t SET head = g.head FROM grown g WHERE t.id = 'c:' || g.room
  ),
  activity AS (
    UPDATE "Conversation" c SET "activityAt" = moment FROM grown g WHERE c.id = g.room
  ),
  counted AS (
    UPDATE "Participant" p
    SET "unreadCount" = p."unreadCount" + cardinality(array_remove(g.authors, p."userId"))
    FROM grown g
    WHERE p."conversationId" = g.room AND p."userId" <> ANY (g.authors)
    RETURNING p."conversationId" AS room, p."userId" AS person, p."unreadCount" AS unread
  ),
  -- One for each message and each other participant, with the count as it is after that message. These are full joins
  -- though nothing is without its match but the message of somebody alone: they are hashed or merged, whatever the
  -- planner expects, and never each with each.
  told AS MATERIALIZED (
    SELECT f.n, f.id, f.room, f.seq, c.person,
      c.unread + 1 - row_number() OVER (PARTITION BY f.room, c.person ORDER BY f.n DESC) AS unread,
      row_number() OVER (PARTITION BY c.person ORDER BY f.n DESC) - 1 AS later
    FROM fresh f FULL JOIN counted c ON c.room = f.room
    WHERE coalesce(c.person <> f.author, false)
  ),
  inboxes AS (
    INSERT INTO "Topic" AS t (id, head)
    SELECT 'u:' || o.person, count(*) FROM told o GROUP BY o.person ORDER BY 1
    ON CONFLICT (id) DO UPDATE SET head = t.head + EXCLUDED.head
    RETURNING t.id, t.head
  ),
  noted AS MATERIALIZED (
    SELECT o.*, b.id AS topic, b.head - o.later AS place FROM told o FULL JOIN inboxes b ON b.id = 'u:' || o.person
  ),
  entries AS (
    INSERT INTO "LogEntry" (topic, seq, type, refs, at)
    SELECT 'c:' || f.room, f.seq, 'message', jsonb_build_object('messageId', f.id), moment FROM fresh f
    UNION ALL
    SELECT o.topic, o.place, 'new-message', jsonb_build_object(
      'conversationId', o.room, 'seq', o.seq, 'messageId', o.id, 'unreadCount', o.unread), moment
    FROM noted o
  )
  SELECT json_agg(json_build_object(
    'outcome', j.outcome, 'seq', f.seq, 'at', extract(epoch FROM moment) * 1000,
    'author', (SELECT json_build_object('id', u.id, 'username', u.username, 'avatar', u.avatar)
               FROM "User" u WHERE u.id = f.author),
    'told', o.told
  ) ORDER BY j.n) INTO answer
  FROM judged j
  LEFT JOIN fresh f ON f.n = j.n
  LEFT JOIN (
    SELECT n, json_agg(json_build_array(person, place, unread)) AS told FROM noted GROUP BY n
  ) o ON o.n = j.n;
  RETURN answer;
END
$$;
