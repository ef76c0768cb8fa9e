/** What this repository's own commands make of their options: help is no failure, and a mistake is named in one line. */

const WRONG_USAGE = 2;

export class WrongUsage extends Error {
  override name = 'WrongUsage';
}

/** What `read` gives; where it asks for help or finds a mistake, says so and ends the process. */
export function obeyOptions<Order>(
  command: string,
  usage: string,
  read: (args: string[]) => Order | 'help',
): Order {
  try {
    const order = read(process.argv.slice(2));
    if (order !== 'help') return order;
  } catch (error) {
    if (!isMistake(error)) throw error;
    // What Node.js adds to the first sentence is advice on dashes.
    const [mistake = ''] = error.message.split(/[.\n] ?/);
    process.stderr.write(`${mistake}; ${command} --help shows what there is\n`);
    return process.exit(WRONG_USAGE);
  }
  process.stdout.write(usage);
  return process.exit(0);
}

/** One of our own, or of `parseArgs`. */
function isMistake(error: unknown): error is Error {
  if (error instanceof WrongUsage) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
