/**
 * What one client got, against what was broadcast: knows nothing of who delivers. A delivery counts the first time
 * that the right text arrives; later ones are duplicates, and one that comes after a newer one is out of order.
 */
import { count, percent } from '../table.ts';

export class JitterAccount {
  readonly #texts: readonly string[];
  readonly #seen: Uint8Array;
  #newest = -1;
  #openedAt = 0;
  /** When the client was to connect again. */
  #dueAt: number | undefined;
  /** Broadcasts that were over when the socket came up, and had not come. */
  #missed = new Set<number>();

  delivered = 0;
  duplicates = 0;
  outOfOrder = 0;
  /** Texts that were never broadcast. */
  wrong = 0;
  cuts = 0;
  /** Cuts that found no open socket. */
  uncut = 0;
  resumed = 0;
  /** Replays that were not complete when the socket was cut again, or when the run ended. */
  unfinished = 0;
  /** From connecting again until the socket is up, in milliseconds. */
  readonly returns: number[] = [];
  /** From the socket being up until everything that was missed had come, in milliseconds. */
  readonly replays: number[] = [];
  /** From the broadcast until it came, of those that began while the socket was up, in milliseconds. */
  readonly lives: number[] = [];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#seen = new Uint8Array(texts.length);
  }

  get missing(): number {
    return this.#texts.length - this.delivered;
  }

  /** The socket is up; `over` broadcasts had been acknowledged by then. */
  open(at: number, over: number): void {
    this.#openedAt = at;
    if (this.#dueAt !== undefined) this.returns.push(at - this.#dueAt);
    this.#dueAt = undefined;
    this.#missed = new Set();
    for (let number = 0; number < over; number += 1) {
      if (this.#seen[number] === 0) this.#missed.add(number);
    }
  }

  /** The socket is down; its client connects again at `dueAt`. */
  cut(dueAt: number): void {
    this.cuts += 1;
    this.#dueAt = dueAt;
    this.#giveUp();
  }

  end(): void {
    this.#giveUp();
  }

  take(text: string, { at, sentAt }: { at: number; sentAt: readonly number[] }): void {
    const number = Number.parseInt(text, 10);
    if (this.#texts[number] !== text) {
      this.wrong += 1;
      return;
    }
    if (this.#seen[number] === 1) {
      this.duplicates += 1;
      return;
    }
    this.#seen[number] = 1;
    this.delivered += 1;
    if (number < this.#newest) this.outOfOrder += 1;
    this.#newest = Math.max(this.#newest, number);

    const began = sentAt[number] ?? at;
    if (began >= this.#openedAt) this.lives.push(at - began);
    if (this.#missed.delete(number) && this.#missed.size === 0) this.replays.push(at - this.#openedAt);
  }

  #giveUp(): void {
    if (this.#missed.size > 0) this.unfinished += 1;
    this.#missed = new Set();
  }
}

export interface JitterResult {
  expected: number;
  delivered: number;
  missing: number;
  duplicates: number;
  outOfOrder: number;
  wrong: number;
  cuts: number;
  uncut: number;
  /** Connections that the subject continued where they were cut. */
  resumed: number;
  replays: number;
  unfinished: number;
  /** Undefined where there was none. Milliseconds. */
  returnP50: number | undefined;
  returnP99: number | undefined;
  replayP50: number | undefined;
  replayP99: number | undefined;
  liveP50: number | undefined;
  liveP99: number | undefined;
}

/** Adds up the accounts of a run that is over. */
export function addUp(accounts: readonly JitterAccount[]): JitterResult {
  const sum = (of: (account: JitterAccount) => number) =>
    accounts.reduce((total, account) => total + of(account), 0);
  const sorted = (of: (account: JitterAccount) => number[]) =>
    Float64Array.from(accounts.flatMap(of)).toSorted();
  const returns = sorted((account) => account.returns);
  const replays = sorted((account) => account.replays);
  const lives = sorted((account) => account.lives);
  const [delivered, missing] = [sum((account) => account.delivered), sum((account) => account.missing)];
  return {
    expected: delivered + missing,
    delivered,
    missing,
    duplicates: sum((account) => account.duplicates),
    outOfOrder: sum((account) => account.outOfOrder),
    wrong: sum((account) => account.wrong),
    cuts: sum((account) => account.cuts),
    uncut: sum((account) => account.uncut),
    resumed: sum((account) => account.resumed),
    replays: replays.length,
    unfinished: sum((account) => account.unfinished),
    returnP50: percentile(returns, 50),
    returnP99: percentile(returns, 99),
    replayP50: percentile(replays, 50),
    replayP99: percentile(replays, 99),
    liveP50: percentile(lives, 50),
    liveP99: percentile(lives, 99),
  };
}

/** The nearest rank. */
function percentile(sorted: Float64Array, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)];
}

/** What a run comes to, in one sentence. */
export function verdictOf(name: string, result: JitterResult): string {
  const { expected, delivered, duplicates, outOfOrder } = result;
  const none = (value: number) => (value === 0 ? 'none' : count(value));
  return `${name} delivered ${percent(delivered, expected)}, ${none(duplicates)} twice, ${none(outOfOrder)} out of order.`;
}

/** Why a run does not keep the promise: everything once and in order, although sockets were cut. */
export function faultsOf(result: JitterResult): string[] {
  const faults: [number, string][] = [
    [result.missing, 'missing'],
    [result.duplicates, 'delivered twice'],
    [result.outOfOrder, 'out of order'],
    [result.wrong, 'of a text that was never broadcast'],
    [result.cuts > 0 ? 0 : 1, 'run without a cut, which proves nothing'],
  ];
  return faults.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
}
