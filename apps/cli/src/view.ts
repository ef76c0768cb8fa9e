import { plain } from './plain.ts';
import { refOf } from './references.ts';
import { createStyle, type Style } from './style.ts';

/** What a rendering depends on besides the thing itself. */
export interface View {
  style: Style;
  now: Date;
  /** That of this machine unless told. */
  timeZone?: string | undefined;
  /** The id of whoever looks. */
  me: string;
  /** Usernames by id. */
  names: ReadonlyMap<string, string>;
  /** What an offer is called by; nothing where it is empty. */
  offerLabel: (offerId: string) => string;
  /** What a talk is called by where others are open. */
  talkName: (conversationId: string) => string;
  /** A few words of a message that is answered; undefined where it is not known. */
  quote?: ((messageId: string) => string | undefined) | undefined;
}

/** A view of one command: things go by the ends of their ids. */
export function createView(options: Partial<View> & { me: string }): View {
  return {
    style: createStyle(false),
    now: new Date(),
    names: new Map(),
    offerLabel: refOf,
    talkName: (id) => `[${refOf(id)}]`,
    ...options,
  };
}

/** `you`, a username, or the end of an id that nothing else is known of. */
export function nameOf({ style, me, names }: View, userId: string, username?: string): string {
  if (userId === me) return style.green('you');
  return style.cyan(plain(names.get(userId) ?? username ?? refOf(userId)));
}

/** Usernames by id, as a view wants them. */
export function namesOf(people: readonly { user: { id: string; username: string } }[]): Map<string, string> {
  return new Map(people.map(({ user }) => [user.id, user.username]));
}
