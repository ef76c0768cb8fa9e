/** Raised whenever what crosses the wire changes. */
export const PROTOCOL_VERSION = 1;

/** Of the schemas, the catalogue and the reasons of this version; version.test.ts fails until both are brought up. */
export const PROTOCOL_HASH = '40b47f93f1eb656b';
