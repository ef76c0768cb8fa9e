/** The REST API: which path calls which procedure. Everything else about a route follows from its procedure. */
export interface RestRow {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{id}` is a conversation's id; every other parameter is called as in the procedure's input. */
  path: `/${string}`;
  procedure: string;
  /** Of success. */
  status: 200 | 201;
  summary: string;
  /** Needs no token. */
  open?: true;
}

const row = (
  request: `${RestRow['method']} ${RestRow['path']}`,
  procedure: string,
  summary: string,
  { status = 200, open }: { status?: RestRow['status']; open?: true } = {},
): RestRow => {
  const [method, path] = request.split(' ') as [RestRow['method'], RestRow['path']];
  return { method, path, procedure, status, summary, ...(open && { open }) };
};

const created = { status: 201 } as const;

export const REST_TABLE: readonly RestRow[] = [
  row('POST /auth/register', 'auth.register', 'Make an account and sign in', { status: 201, open: true }),
  row('POST /auth/login', 'auth.login', 'Sign in with email and password', { open: true }),
  row('POST /auth/refresh', 'auth.refresh', 'Spend a refresh token for a new session', { open: true }),
  row('POST /auth/logout', 'auth.logout', 'Revoke a refresh token and all that came from the same sign-in'),
  row('POST /auth/logout-everywhere', 'auth.logoutEverywhere', 'End every session, on every device'),
  row('GET /auth/me', 'auth.me', 'The person who is calling'),

  row('GET /users', 'users.search', 'Find people by a part of their name'),
  row('GET /presence', 'presence.get', 'Who of these people is online'),

  row('GET /talks', 'conversations.list', "One's talks, newest activity first"),
  row('GET /unread', 'inbox.unread', 'How much one has not read, over all talks'),
  row('POST /talks', 'conversations.create', 'Open the direct talk of two people, or make a group', created),
  row('GET /talks/{id}', 'conversations.get', 'One talk with its participants and their watermarks'),
  row(
    'GET /talks/{id}/open',
    'conversations.open',
    'One talk with the newest pages of its messages and offers',
  ),
  row('PATCH /talks/{id}', 'conversations.rename', 'Give a group another title'),
  row('POST /talks/{id}/members', 'conversations.addMembers', 'Add people to a group'),
  row(
    'PATCH /talks/{id}/members/{userId}',
    'conversations.setRole',
    'Make someone of a group an owner, admin or member',
  ),
  row('DELETE /talks/{id}/members/{userId}', 'conversations.removeMember', 'Remove someone from a group'),
  row('POST /talks/{id}/leave', 'conversations.leave', 'Leave a group'),

  row('GET /talks/{id}/message', 'messages.list', "A page of a talk's messages, newest first"),
  row('POST /talks/{id}/message', 'messages.send', 'Send a message', created),
  row('POST /talks/{id}/read', 'receipts.read', 'Mark a talk as read up to a seq, by default all of it'),
  row(
    'POST /talks/{id}/delivered',
    'receipts.delivered',
    'Say that what is in a talk up to a seq has been received',
  ),
  row('POST /talks/{id}/typing', 'typing.set', 'Tell the others that one is writing'),

  row('PATCH /messages/{messageId}', 'messages.edit', "Give one's own message other content"),
  row('DELETE /messages/{messageId}', 'messages.delete', "Take a message's content away; its place stays"),
  row(
    'PUT /messages/{messageId}/reactions',
    'messages.react',
    "Put an emoji on a message, or take one's own away",
  ),

  row('GET /talks/{id}/offers', 'offers.list', "A page of a talk's offers, newest first"),
  row('POST /talks/{id}/offers', 'offers.create', 'Make an offer to another participant', created),
  row('GET /talks/{id}/offers/{offerId}', 'offers.get', 'One offer'),
  row(
    'PATCH /talks/{id}/offers/{offerId}',
    'offers.update',
    'Accept, decline, counter, withdraw, complete or cancel an offer',
  ),
];
