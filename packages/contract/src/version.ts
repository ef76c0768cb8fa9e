/** Raised whenever what crosses the wire changes; version.test.ts holds the hash of the schemas and fails until it is. */
export const PROTOCOL_VERSION = 1;
