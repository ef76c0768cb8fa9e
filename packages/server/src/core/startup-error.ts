/** Why the server cannot start, in one line for the person who runs it. `main` prints it and exits with 1. */
export class StartupError extends Error {
  override name = 'StartupError';
}
