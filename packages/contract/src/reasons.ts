import type { ErrorCode } from './error-code.ts';

interface ReasonEntry {
  /** tRPC's code, hence the HTTP status. */
  code: ErrorCode;
  /** Whether the same call may succeed later without the caller changing anything. */
  retryable: boolean;
  /** What a person is told when nothing more precise is known. */
  message: string;
}

const reason = <C extends ErrorCode>(code: C, message: string, retryable = false) =>
  ({ code, retryable, message }) as const;

/** Every reason a call is refused: the only place that maps a reason to a code and says whether to retry. */
export const REASONS = {
  invalid_input: reason('BAD_REQUEST', 'The input is not valid'),
  message_too_long: reason('BAD_REQUEST', 'The message is too long'),
  invalid_cursor: reason('BAD_REQUEST', 'The cursor is not one of this list'),
  expiry_in_past: reason('BAD_REQUEST', 'The time of expiry is in the past'),
  recipient_required: reason('BAD_REQUEST', 'In a group an offer needs a recipient'),
  too_many_participants: reason('BAD_REQUEST', 'Too many participants'),
  not_a_group: reason('BAD_REQUEST', 'Only a group has members that change'),
  bad_connection_params: reason('BAD_REQUEST', 'The connection parameters are not valid'),

  unauthenticated: reason('UNAUTHORIZED', 'A valid token is needed'),
  token_invalid: reason('UNAUTHORIZED', 'The token is not valid'),
  token_expired: reason('UNAUTHORIZED', 'The token has expired'),
  refresh_token_invalid: reason('UNAUTHORIZED', 'The refresh token is not valid'),
  refresh_token_reused: reason('UNAUTHORIZED', 'The refresh token was used before; sign in again'),
  invalid_credentials: reason('UNAUTHORIZED', 'Wrong email or password'),
  user_disabled: reason('UNAUTHORIZED', 'This account is disabled'),

  login_disabled: reason('FORBIDDEN', 'Sign-in is done elsewhere'),
  registration_disabled: reason('FORBIDDEN', 'Registration is closed'),
  not_offer_recipient: reason('FORBIDDEN', 'Only the recipient may do this'),
  not_offer_author: reason('FORBIDDEN', 'Only the author may do this'),
  not_offer_party: reason('FORBIDDEN', 'Only the two parties may do this'),
  role_required: reason('FORBIDDEN', 'This needs a higher role'),
  not_message_author: reason('FORBIDDEN', 'Only who wrote the message may do this'),
  origin_not_allowed: reason('FORBIDDEN', 'This origin is not allowed'),

  not_found: reason('NOT_FOUND', 'There is no such thing here'),
  not_a_participant: reason('NOT_FOUND', 'There is no such conversation among yours'),
  user_not_found: reason('NOT_FOUND', 'There is no such user'),
  message_not_found: reason('NOT_FOUND', 'There is no such message here'),
  offer_not_found: reason('NOT_FOUND', 'There is no such offer here'),

  email_taken: reason('CONFLICT', 'This email is already registered'),
  username_taken: reason('CONFLICT', 'This username is taken'),
  offer_not_open: reason('CONFLICT', 'The offer is no longer open'),
  offer_not_accepted: reason('CONFLICT', 'The offer is not accepted'),
  offer_changed: reason('CONFLICT', 'The offer has changed since it was seen'),
  last_owner: reason('CONFLICT', 'The last owner must make someone else an owner first'),
  message_deleted: reason('CONFLICT', 'The message is deleted'),
  too_many_reactions: reason('CONFLICT', 'The message has as many reactions as it may have'),

  method_not_allowed: reason('METHOD_NOT_SUPPORTED', 'This method is not supported here'),
  unsupported_media_type: reason('UNSUPPORTED_MEDIA_TYPE', 'This content type is not supported'),
  payload_too_large: reason('PAYLOAD_TOO_LARGE', 'The request is too large'),
  rate_limited: reason('TOO_MANY_REQUESTS', 'Too many requests', true),
  too_many_connections: reason('TOO_MANY_REQUESTS', 'Too many connections'),
  too_many_subscriptions: reason('TOO_MANY_REQUESTS', 'Too many subscriptions on this connection'),

  timed_out: reason('TIMEOUT', 'The server did not answer in time', true),
  unavailable: reason('SERVICE_UNAVAILABLE', 'The server cannot answer now', true),
  internal: reason('INTERNAL_SERVER_ERROR', 'Something went wrong'),
} satisfies Record<string, ReasonEntry>;

/** A stable machine-readable cause of a refusal, in `error.data.reason`. */
export type ErrorReason = keyof typeof REASONS;
