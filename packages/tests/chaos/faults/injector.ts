/** Carries a schedule out, and leaves nothing broken behind. */
import type { History } from '../history.ts';
import type { Deployment } from '../nodes/deployment.ts';
import { Random } from '../random.ts';
import type { Fault } from './fault.ts';
import type { Step } from './schedule.ts';

export class Injector {
  readonly #deployment: Deployment;
  readonly #history: History;
  readonly #say: (line: string) => void;
  readonly #busy = new Set<Fault['touches']>();
  /** What is said of each fault, in the order in which they began; one that is not known yet holds the later ones back. */
  readonly #lines: (string | undefined)[] = [];
  #said = 0;

  constructor(options: { deployment: Deployment; history: History; say: (line: string) => void }) {
    this.#deployment = options.deployment;
    this.#history = options.history;
    this.#say = options.say;
  }

  /** Resolves when every fault has been undone. */
  async run(steps: readonly Step[]): Promise<void> {
    const began = performance.now();
    const underWay: Promise<void>[] = [];
    for (const step of steps) {
      await until(began + step.at);
      // An undoing that took longer than planned is not disturbed by the next fault of its kind.
      if (this.#busy.has(step.fault.touches)) continue;
      underWay.push(this.#inject(step));
    }
    await Promise.all(underWay);
  }

  async #inject({ fault, forMs, seed }: Step): Promise<void> {
    const { name, touches } = fault;
    this.#busy.add(touches);
    try {
      const startedAt = this.#history.now;
      const line = this.#lines.push(undefined) - 1;
      this.#history.add({ kind: 'fault', fault: name, phase: 'begin', detail: '' });
      const { detail, undo } = await fault.begin(this.#deployment, new Random(seed));
      this.#tell(line, `${seconds(startedAt)}  ${name} (${detail})${forMs > 0 ? ` for ${forMs} ms` : ''}`);
      await until(performance.now() + forMs);
      await undo?.();
      this.#history.add({ kind: 'fault', fault: name, phase: 'end', detail: '' });
    } finally {
      this.#busy.delete(touches);
    }
  }

  #tell(line: number, text: string): void {
    this.#lines[line] = text;
    for (let next = this.#lines[this.#said]; next !== undefined; next = this.#lines[this.#said]) {
      this.#say(next);
      this.#said += 1;
    }
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(7)} s`;
}

function until(moment: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, moment - performance.now())));
}
