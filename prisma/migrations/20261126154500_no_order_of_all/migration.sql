-- No query reads everybody's conversations in the order of activity: a list begins with a person's own. Without this
-- index a send that changes `activityAt` writes the row alone, and none of its table's indexes.
DROP INDEX "Conversation_activityAt_id_idx";
