-- Moves the read watermarks of a group of people in their rooms, and counts anew what is unread after them.
--
-- A function for the reason that `send_messages` is one: what is read after waiting for a lock must be read anew. The
-- rooms are locked as a send locks them, since a message that is sent meanwhile would be miscounted.
--
-- marks: [{room, person, seq}], no two with the same room and person; a seq of null is the newest. topics: those of the
-- rooms. wait: whether to wait for a room that is locked; else its marks are busy. Returns [{outcome, seq, head, at,
-- unread}], one for each mark and in their order; of a watermark that is there already `at` is when it was set.
--
-- Its plans are made once for each connection, and never for a table that was small: hence the settings.
CREATE FUNCTION mark_read(marks json, topics text[], wait boolean) RETURNS json LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
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
  moment := date_trunc('milliseconds', clock_timestamp());

  WITH asked AS MATERIALIZED (
    SELECT m.n, m.room, m.person, p."joinedSeq", p."readSeq", p."readAt", place.head, LEAST(m.seq, place.head) AS seq
    FROM ROWS FROM (
      json_to_recordset(marks) AS (room text, person text, seq bigint)
    ) WITH ORDINALITY AS m (room, person, seq, n)
    LEFT JOIN "Participant" p ON p."conversationId" = m.room AND p."userId" = m.person
    LEFT JOIN unnest(locked, heads) AS r (id, head) ON r.id = 'c:' || m.room
    -- A conversation that nothing has happened in has no topic. One that was passed over has.
    CROSS JOIN LATERAL (
      SELECT coalesce(r.head, CASE WHEN NOT EXISTS (SELECT FROM "Topic" t WHERE t.id = 'c:' || m.room) THEN 0 END)
    ) AS place (head)
  ),
  judged AS MATERIALIZED (
    SELECT a.*,
      CASE
        WHEN a."readSeq" IS NULL THEN 'not_a_participant'
        WHEN a.head IS NULL THEN 'busy'
        WHEN a.seq <= a."readSeq" THEN 'same'
        ELSE 'moved'
      END AS outcome
    FROM asked a
  ),
  moved AS (
    UPDATE "Participant" p
    SET "readSeq" = j.seq,
      "readAt" = moment,
      "unreadCount" = (
        SELECT count(*) FROM "Message" m
        WHERE m."conversationId" = j.room AND m.seq > GREATEST(j.seq, j."joinedSeq") AND m."userId" <> j.person
      ),
      -- What is read has been delivered. That watermark moves without the room, so it may have passed this one.
      "deliveredSeq" = GREATEST(p."deliveredSeq", j.seq),
      "deliveredAt" = CASE WHEN p."deliveredSeq" < j.seq THEN moment ELSE p."deliveredAt" END
    FROM judged j
    WHERE j.outcome = 'moved' AND p."conversationId" = j.room AND p."userId" = j.person
    RETURNING j.n, p."unreadCount" AS unread
  )
  SELECT json_agg(json_build_object(
    'outcome', j.outcome, 'seq', j.seq, 'head', j.head, 'unread', m.unread,
    'at', extract(epoch FROM CASE j.outcome WHEN 'moved' THEN moment ELSE coalesce(j."readAt", moment) END) * 1000
  ) ORDER BY j.n) INTO answer
  FROM judged j LEFT JOIN moved m ON m.n = j.n;
  RETURN answer;
END
$$;
