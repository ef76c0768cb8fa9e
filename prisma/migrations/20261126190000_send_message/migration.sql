-- Writes one message, with all that a send writes: what `send_messages` does for a group of one, by the same rules.
--
-- A function of its own, since a statement that takes any number costs more to begin than one message to write. Here
-- each step is a plain statement; what is done for each other person is one, however many they are.
--
-- draft: {id, room, author, content, attachments, reply, client}. wait: whether to wait for the room if it is locked;
-- else the draft is busy. Returns {outcome, seq, at, author, told: [[userId, seq, unreadCount]]}.
CREATE FUNCTION send_message(draft json, wait boolean) RETURNS json LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
  place text := draft ->> 'room';
  room_topic text := 'c:' || place;
  message text := draft ->> 'id';
  sender text := draft ->> 'author';
  answered text := draft ->> 'reply';
  client text := draft ->> 'client';
  number bigint;
  since bigint;
  is_seen boolean;
  author json;
  moment timestamptz(3);
  told json;
BEGIN
  IF wait THEN
    SELECT t.head INTO number FROM "Topic" t WHERE t.id = room_topic FOR NO KEY UPDATE;
  ELSE
    SELECT t.head INTO number FROM "Topic" t WHERE t.id = room_topic FOR NO KEY UPDATE SKIP LOCKED;
  END IF;
  IF NOT FOUND THEN
    -- The first event of a conversation makes its topic. One that was passed over is there already, and stays so.
    INSERT INTO "Topic" (id)
    SELECT room_topic
    WHERE EXISTS (SELECT FROM "Conversation" c WHERE c.id = place)
      AND NOT EXISTS (SELECT FROM "Topic" t WHERE t.id = room_topic)
    ON CONFLICT DO NOTHING
    RETURNING head INTO number;
  END IF;
  moment := date_trunc('milliseconds', clock_timestamp());

  SELECT p."joinedSeq", json_build_object('id', u.id, 'username', u.username, 'avatar', u.avatar) INTO since, author
  FROM "Participant" p JOIN "User" u ON u.id = p."userId"
  WHERE p."conversationId" = place AND p."userId" = sender;
  IF NOT FOUND THEN
    RETURN json_build_object('outcome', 'not_a_participant');
  END IF;
  IF number IS NULL THEN
    RETURN json_build_object('outcome', 'busy');
  END IF;
  IF client IS NOT NULL THEN
    PERFORM FROM "Message" m WHERE m."userId" = sender AND m."clientId" = client;
    IF FOUND THEN
      RETURN json_build_object('outcome', 'sent');
    END IF;
  END IF;
  IF answered IS NOT NULL THEN
    -- Found by its id alone, as only the primary key finds one row among however many.
    SELECT m."conversationId" = place AND m.seq > since INTO is_seen FROM "Message" m WHERE m.id = answered;
    IF is_seen IS NOT TRUE THEN
      RETURN json_build_object('outcome', 'message_not_found');
    END IF;
  END IF;

  number := number + 1;
  INSERT INTO "Message"
    (id, "conversationId", seq, "userId", content, attachments, "replyToId", "clientId", "createdAt")
  VALUES (
    message, place, number, sender, draft ->> 'content',
    ARRAY(SELECT json_array_elements_text(draft -> 'attachments')), answered, client, moment);
  UPDATE "Topic" t SET head = number WHERE t.id = room_topic;
  UPDATE "Conversation" c SET "activityAt" = moment WHERE c.id = place;

  WITH counted AS (
    UPDATE "Participant" p SET "unreadCount" = p."unreadCount" + 1
    WHERE p."conversationId" = place AND p."userId" <> sender
    RETURNING p."userId" AS person, p."unreadCount" AS unread
  ),
  inboxes AS (
    INSERT INTO "Topic" AS t (id, head)
    SELECT 'u:' || c.person, 1 FROM counted c ORDER BY 1
    ON CONFLICT (id) DO UPDATE SET head = t.head + 1
    RETURNING t.id, t.head
  ),
  -- A full join though nothing is without its match: it is hashed or merged, whatever the planner expects.
  noted AS MATERIALIZED (
    SELECT c.person, c.unread, b.id AS topic, b.head AS place_there
    FROM counted c FULL JOIN inboxes b ON b.id = 'u:' || c.person
  ),
  entries AS (
    INSERT INTO "LogEntry" (topic, seq, type, refs, at)
    SELECT room_topic, number, 'message', jsonb_build_object('messageId', message), moment
    UNION ALL
    SELECT n.topic, n.place_there, 'new-message', jsonb_build_object(
      'conversationId', place, 'seq', number, 'messageId', message, 'unreadCount', n.unread), moment
    FROM noted n
  )
  SELECT json_agg(json_build_array(n.person, n.place_there, n.unread)) INTO told FROM noted n;

  RETURN json_build_object(
    'outcome', 'new', 'seq', number, 'at', extract(epoch FROM moment) * 1000, 'author', author, 'told', told);
END
$$;
