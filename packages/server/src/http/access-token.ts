/** The connection parameters that may hold the token. */
const PARAMETERS = ['token', 'accessToken', 'authorization', 'Authorization'];

/** The access token among connection parameters, with or without `Bearer `. */
export function tokenFromParams(params: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const name of PARAMETERS) {
    const value = params[name]?.trim();
    if (value !== undefined && value !== '') return bearer(value) ?? value;
  }
  return undefined;
}

/** The access token of an `Authorization` header: only of the Bearer scheme. */
export function tokenFromHeader(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : bearer(authorization);
}

function bearer(value: string): string | undefined {
  return /^bearer +(\S+) *$/i.exec(value)?.[1];
}
