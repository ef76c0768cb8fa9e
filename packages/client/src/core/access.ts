/** Where access tokens come from. */
export interface Access {
  /**
   * The token to show now, renewed first where it is about to expire; null when there is none.
   * Rejects when that cannot be told now, and may be asked again.
   */
  token(): Promise<string | null>;
  /** Another token than the one that the server has refused; null when there is none. Rejects like {@link token}. */
  renew(refused: string): Promise<string | null>;
}

export type GetAccessToken = () => string | null | undefined | Promise<string | null | undefined>;

/** Tokens of the application around the client, which renews them itself. */
export function hostAccess(getAccessToken: GetAccessToken): Access {
  const token = async () => (await getAccessToken()) || null;
  return {
    token,
    async renew(refused) {
      const next = await token();
      return next === refused ? null : next;
    },
  };
}
