// Whether what was acknowledged is in the database, whole: a fast wrong answer is none.
import type { Acknowledged } from './flood.ts';
import type { Room, Town } from './town.ts';

type Found = Record<string, unknown>;

/** What is not as it should be, a sentence each. `bare`: only the message and the counter were written. */
export async function findFaults(
  { database, rooms }: Town,
  acknowledged: Acknowledged,
  { bare = false } = {},
): Promise<string[]> {
  const touched = [...acknowledged].map(([index, seqs]) => ({ room: rooms[index] as Room, seqs }));
  await using session = await database.session();
  const rows = await session.query<Found>(FIND, [
    touched.map(({ room }) => room.id),
    touched.map(({ room }) => room.reader),
    touched.map(({ room }) => room.messages),
  ]);
  const found = new Map(rows.map(({ id, ...row }) => [id, row]));
  return touched.flatMap(({ room, seqs }) => {
    const [total, newer] = [room.messages + seqs.length, seqs.length];
    const expected = {
      ...{ head: total, messages: newer, newest: total, own: newer },
      ...(!bare && { entries: newer, unread: total, notices: newer, inbox: total, active: true }),
    };
    const row = found.get(room.id);
    const wrong = Object.entries(expected).filter(([name, value]) => row?.[name] !== value);
    const inOrder = seqs.toSorted((one, other) => one - other);
    const holes = inOrder.some((seq, index) => seq !== room.messages + index + 1);
    if (wrong.length === 0 && !holes) return [];
    const numbers = holes ? ', and not each of them acknowledged once' : '';
    return [`${room.id}: found ${JSON.stringify(row)} in place of ${JSON.stringify(expected)}${numbers}`];
  });
}

/** Of each room, its reader and how many messages were there before: the total of counters, and what is newer. */
const FIND = `
SELECT r.id, m.messages, m.newest, m.own,
  (SELECT head::int FROM "Topic" WHERE id = 'c:' || r.id) AS head,
  (SELECT count(*)::int FROM "LogEntry" e JOIN "Message" m ON m.id = e.refs->>'messageId' AND m.seq = e.seq
   WHERE e.topic = 'c:' || r.id AND e.seq > r.before AND e.type = 'message') AS entries,
  (SELECT "unreadCount" FROM "Participant" WHERE "conversationId" = r.id AND "userId" = r.reader) AS unread,
  (SELECT count(*)::int FROM "LogEntry" e JOIN "Message" m ON m.id = e.refs->>'messageId'
   WHERE e.topic = 'u:' || r.reader AND e.seq > r.before AND e.type = 'new-message'
     AND (e.refs->>'unreadCount')::int = e.seq) AS notices,
  (SELECT head::int FROM "Topic" WHERE id = 'u:' || r.reader) AS inbox,
  (SELECT "activityAt" = m.last FROM "Conversation" WHERE id = r.id) AS active
FROM unnest($1::text[], $2::text[], $3::int[]) AS r (id, reader, before)
CROSS JOIN LATERAL (
  SELECT count(*)::int AS messages, max(seq)::int AS newest,
    (count(*) FILTER (WHERE starts_with(content, "clientId" || ' ')))::int AS own, max("createdAt") AS last
  FROM "Message" WHERE "conversationId" = r.id AND seq > r.before
) AS m`;
