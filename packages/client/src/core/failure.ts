import type { AppRouter } from '@parley/server/api';
import type { TRPCClientError } from '@trpc/client';

type Thrown = TRPCClientError<AppRouter>;
type Shape = NonNullable<Thrown['shape']>;

const UNKNOWN = 'Unknown error';

/** What a failed call throws: tRPC's error as others see it, without what tRPC's own class has for its links. */
export class Failure extends Error implements Thrown {
  override readonly name = 'TRPCClientError';
  declare readonly cause: Error | undefined;
  readonly shape: Shape | undefined;
  readonly data: Shape['data'] | undefined;
  readonly meta = undefined;

  /** @param shape as the server says it; without one, nothing reached the server */
  constructor(message: string, { shape, cause }: { shape?: Shape | undefined; cause?: unknown } = {}) {
    super(message, { cause });
    this.shape = shape;
    this.data = shape?.data;
  }

  /** As it is where it is one, and the cause of one where it is not. */
  static from(cause: unknown): Failure {
    if (cause instanceof Failure) return cause;
    const message = typeof cause === 'string' ? cause : (cause as Partial<Error> | null)?.message;
    return new Failure(message ?? UNKNOWN, { cause });
  }

  /** Of what came as the server's error; what is none of tRPC's says nothing. */
  static told(error: unknown): Failure {
    const { code, message } = (error ?? {}) as Partial<Shape>;
    return typeof code === 'number' && typeof message === 'string'
      ? new Failure(message, { shape: error as Shape })
      : new Failure(UNKNOWN);
  }
}
