/** `@parley/server`: a server for conversations and offers, to mount into a host application. */
export type * from '@parley/contract';

export type { Bus, Listener } from './bus/bus.ts';
export type { Frame } from './bus/frame.ts';
export type { Config } from './core/config.ts';
export type { Caller } from './core/caller.ts';
export type { Context } from './core/context.ts';
export type { Database, DatabaseOptions } from './core/database.ts';
export { openDatabase } from './core/open-database.ts';
export { createLogger, type Logger, type LogLevel } from './core/logger.ts';
export { ConfigError, readConfig } from './core/config.ts';
export { migrate } from './core/migrate.ts';
export { Refusal, type RefusalDetails } from './core/refusal.ts';
export type { ParleySettings } from './core/settings.ts';
export { StartupError } from './core/startup-error.ts';
export { authed, open, t } from './core/trpc.ts';
export type { AppRouter } from './app-router.ts';
export { createParley, type Parley, type ParleyOptions, type ProcedureKit } from './create-parley.ts';
export type { EdgeLimits } from './http/edge-limits.ts';
