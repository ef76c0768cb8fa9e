/** The room of a conversation. Sorts before every inbox: locks are taken in this order. */
export type RoomTopic = `c:${string}`;
/** A person's own feed. */
export type InboxTopic = `u:${string}`;
export type Topic = RoomTopic | InboxTopic;

export const isInbox = (topic: Topic): topic is InboxTopic => topic.startsWith('u:');
/** The id of the conversation or the person whose topic it is. */
export const ownerOf = (topic: Topic): string => topic.slice(2);
export const roomTopic = (conversationId: string): RoomTopic => `c:${conversationId}`;
export const inboxTopic = (userId: string): InboxTopic => `u:${userId}`;
