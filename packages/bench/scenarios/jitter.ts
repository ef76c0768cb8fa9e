/**
 * Readers whose sockets are cut while somebody writes: what arrives, and how soon after they are back. After the jitter
 * test of github.com/anycable/nodejs-websocket-bench, with its rate, its 120 broadcasts, its cuts and its time offline.
 */
import type { LoadOrder } from '../generator.ts';
import { describeMachine } from '../machine.ts';
import type { BenchOptions, Report, Scenario } from '../scenario.ts';
import type { Subject, Subjects } from '../subjects.ts';
import { count, milliseconds, percent, table } from '../table.ts';
import { startWorker } from '../worker.ts';
import { faultsOf } from './jitter-account.ts';
import type { JitterRun } from './jitter-load.ts';
import { JITTER, type JitterSettings } from './jitter-plan.ts';

const GENERATOR = new URL('../generator.ts', import.meta.url);
/** Of the original's three sizes (50, 1 000 and 10 000 clients) the one that two cores carry, database and generator included. */
const FULL = { clients: 1_000, people: 249, broadcasts: 120, rate: 2 };
const QUICK = { clients: 100, people: 25, broadcasts: 40, rate: 2 };

interface Row {
  subject: Subject;
  run: JitterRun;
}

export const jitter: Scenario = {
  async run(subjects, options, say) {
    const settings = settle(options);
    const [began, machine] = [new Date(), describeMachine()];
    const rows: Row[] = [];
    for (const subject of subjects.list) {
      say(`jitter: ${subject.title} …`);
      rows.push({ subject, run: await measure(subject, settings) });
    }
    return report({ rows, settings, subjects, machine, began });
  },
};

function settle({ quick, broadcasts, rate, seed, ...options }: BenchOptions): JitterSettings {
  const usual = quick ? QUICK : FULL;
  const clients = options.clients ?? usual.clients;
  return {
    clients,
    people: Math.min(clients, options.people ?? usual.people),
    broadcasts: broadcasts ?? usual.broadcasts,
    rate: rate ?? usual.rate,
    seed: seed ?? 1,
  };
}

async function measure(subject: Subject, settings: JitterSettings): Promise<JitterRun> {
  await using server = await subject.start();
  const { url } = await server.answer;
  const order = { url, library: subject.library, settings };
  await using generator = startWorker<LoadOrder, JitterRun>(GENERATOR, order);
  return await generator.answer;
}

const HEAD = [
  'subject',
  'delivered',
  'missing',
  'duplicates',
  'out of order',
  'replay p50',
  'replay p99',
  'live p50',
  'live p99',
  'cuts',
  'resumed',
  'refused',
];

const cells = ({ subject, run }: Row) => [
  subject.title,
  percent(run.delivered, run.expected),
  count(run.missing),
  count(run.duplicates),
  count(run.outOfOrder),
  milliseconds(run.replayP50),
  milliseconds(run.replayP99),
  milliseconds(run.liveP50),
  milliseconds(run.liveP99),
  count(run.cuts),
  count(run.resumed),
  count(run.refused),
];

interface Session {
  rows: Row[];
  settings: JitterSettings;
  subjects: Subjects;
  machine: string;
  began: Date;
}

function report({ rows, settings, subjects, machine, began }: Session): Report {
  const { clients, people, broadcasts, rate, seed } = settings;
  const seconds = (ms: number) => `${ms / 1_000} s`;
  const lateness = rows.map(({ subject, run }) => `${milliseconds(run.generatorP99)} (${subject.title})`);
  const text = [
    table(HEAD, rows.map(cells)),
    '',
    `- Run on ${began.toISOString().slice(0, 10)}, one subject after the other in one session: ${machine}.`,
    `- ${count(clients)} clients in one room, ${count(broadcasts)} broadcasts at ${rate} a second, seed ${seed}: ${count(clients * broadcasts)} deliveries expected of each subject.`,
    `- Every socket is cut without a close handshake every ${seconds(JITTER.periodMs)} (± ${seconds(JITTER.periodSpreadMs)}), the first time at random between ${seconds(JITTER.quietMs)} and ${seconds(JITTER.quietMs + JITTER.periodMs)}, and its client waits ${seconds(JITTER.downMs)} (± ${seconds(JITTER.downSpreadMs)}) before it connects again. The seed gives every subject the same cuts.`,
    `- A delivery counts when it has come, with the right text, within ${seconds(JITTER.settleMs)} of the last broadcast.`,
    `- Replay: from the WebSocket being open again until the client has everything that was broadcast and acknowledged before. Live: from the broadcast's request until its delivery, with the socket open throughout. Resumed: connections that the subject continued where they were cut. Refused: calls and subscriptions that the subject put off as retryable, and that were made again.`,
    `- Parley's room is one conversation of ${count(people + 1)} people: one writes, and the ${count(clients)} clients are the devices of the other ${count(people)}. Each broadcast is a \`messages.send\` over HTTP, read by stock \`@trpc/client\`. Socket.IO's is one room, a POST and an \`emit\`, read by \`socket.io-client\` on WebSocket alone.`,
    ...rows.map(({ subject }) => `- ${subject.title} keeps ${subject.keeps}.`),
    `- Subject and generator are a process each. 99 % of the time the generator ran at most this late: ${lateness.join(', ')}.`,
    ...subjects.leftOut.map((what) => `- Left out: ${what}.`),
  ].join('\n');
  const faults = rows
    .filter(({ subject }) => subject.exact)
    .flatMap(({ subject, run }) => faultsOf(run).map((fault) => `${subject.title}: ${fault}`));
  return { text, faults };
}
