/** A new id of the caller's: with the same one, a call can be repeated without being done twice. */
export function newClientId(): string {
  // `crypto.randomUUID` is missing on pages that did not come over TLS.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
