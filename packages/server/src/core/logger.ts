import { pino, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** JSON lines on standard output. Fields that could hold a secret are never written. */
export function createLogger(level: LogLevel): Logger {
  return pino({
    level,
    base: null,
    redact: {
      paths: [
        'token',
        'accessToken',
        'refreshToken',
        'password',
        '*.token',
        '*.accessToken',
        '*.refreshToken',
        '*.password',
        'headers.authorization',
        'req.headers.authorization',
      ],
      remove: true,
    },
  });
}
