import { tellNodes } from '../../core/control.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import { endSessions } from '../auth/sessions.ts';
import { markDisabled } from './store.ts';

/**
 * Shuts a person out, or lets them in again. Shut out, their sessions end for good, and every node ends their
 * connections. Refuses with `user_not_found`.
 */
export async function setDisabled(
  { db, bus, log }: Pick<Services, 'db' | 'bus' | 'log'>,
  userId: string,
  disabled: boolean,
): Promise<void> {
  await db.$transaction(async (tx) => {
    const now = await markDisabled(tx, userId, disabled);
    if (now === undefined) throw new Refusal('user_not_found');
    if (disabled) await endSessions(tx, userId, now);
  });
  log.info({ userId, disabled }, disabled ? 'person disabled' : 'person enabled');
  if (disabled) tellNodes(bus, { type: 'user-disabled', userId });
}
