// Readers whose sockets are cut while somebody writes: what arrives, and how soon after they are back.
import type { LoadOrder } from '../generator.ts';
import { describeMachine, versionOf } from '../machine.ts';
import type { BenchOptions, Report, Scenario } from '../scenario.ts';
import type { Subject, Subjects } from '../subjects.ts';
import { count, milliseconds, percent, table } from '../table.ts';
import { startWorker } from '../worker.ts';
import { faultsOf, verdictOf } from './jitter-account.ts';
import type { JitterRun } from './jitter-load.ts';
import { JITTER, type JitterSettings } from './jitter-plan.ts';

const GENERATOR = new URL('../generator.ts', import.meta.url);
/** What two cores carry that others use too, with the database and the generator on them; the original has 10 000 clients. */
const FULL = { clients: 500, people: 100, broadcasts: 120, rate: 2, settleMs: 10_000 };
const QUICK = { clients: 60, people: 20, broadcasts: 24, rate: 4, settleMs: 3_000 };

/** With fewer, a handful of cuts makes the 99th percentile. */
const FEW_CUTS = 500;

interface Row {
  subject: Subject;
  run: JitterRun;
}

const SHORT = 'This run is too short for percentiles: they are those of a few cuts.';

const ABOUT = `
Who misses what when sockets are cut? Readers sit in one room while somebody writes, and each reader's socket is cut again and again, as a phone's is between two cells.

The parameters are those of the jitter test of [anycable/nodejs-websocket-bench](https://github.com/anycable/nodejs-websocket-bench): 120 broadcasts at 2 a second, every socket cut without a close handshake about every 15 s, and about 2 s offline each time. It was published with 10 000 clients against servers of 32 cores; here are as many as two cores carry, with the database and the generator on the same two. It differs in that duplicates and order are counted too, that nothing is cut after the last broadcast (the original goes on for another 100 s, in which what is late may arrive), and in what a replay's time is: here it begins when the socket is open again, there at the broadcast. So its times and these cannot be compared, the shares delivered can.
`.trim();

export const jitter: Scenario = {
  title: 'Jitter: what is missed when sockets are cut',
  about: ABOUT,
  async run(subjects, options, say) {
    const settings = settle(options);
    const [began, machine] = [new Date(), describeMachine()];
    const run = async (subject: Subject): Promise<Row> => {
      say(`jitter: ${subject.title} …`);
      return { subject, run: await measure(subject, settings) };
    };
    const rows: Row[] = options.quick ? await Promise.all(subjects.list.map(run)) : [];
    if (!options.quick) for (const subject of subjects.list) rows.push(await run(subject));
    return report({ rows, settings, isQuick: options.quick, subjects, machine, began });
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
    settleMs: usual.settleMs,
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
  'open p50',
  'open p99',
  'live p50',
  'live p99',
  'cuts',
  'resumed',
];

const cells = ({ subject, run }: Row) => [
  subject.title,
  percent(run.delivered, run.expected),
  count(run.missing),
  count(run.duplicates),
  count(run.outOfOrder),
  milliseconds(run.replayP50),
  milliseconds(run.replayP99),
  milliseconds(run.returnP50),
  milliseconds(run.returnP99),
  milliseconds(run.liveP50),
  milliseconds(run.liveP99),
  count(run.cuts),
  count(run.resumed),
];

interface Session {
  rows: Row[];
  settings: JitterSettings;
  isQuick: boolean;
  subjects: Subjects;
  machine: string;
  began: Date;
}

function report({ rows, settings, isQuick, subjects, machine, began }: Session): Report {
  const { clients, people, broadcasts, rate, seed } = settings;
  const seconds = (ms: number) => `${ms / 1_000} s`;
  const each = (figure: (run: JitterRun) => string) =>
    rows.map(({ subject, run }) => `${figure(run)} (${subject.title})`).join(', ');
  const isShort = isQuick || rows.some(({ run }) => run.cuts < FEW_CUTS);
  const text = [
    table(HEAD, rows.map(cells)),
    '',
    `- Run on ${began.toISOString().slice(0, 10)}, ${isQuick ? 'all subjects at once' : 'one subject after the other'} in one session: ${machine}.`,
    `- ${count(clients)} clients in one room, ${count(broadcasts)} broadcasts at ${rate} a second, seed ${seed}: ${count(clients * broadcasts)} deliveries expected of each subject.`,
    `- Every socket is cut without a close handshake every ${seconds(JITTER.periodMs)} (± ${seconds(JITTER.periodSpreadMs)}), the first time at random between ${seconds(JITTER.quietMs)} and ${seconds(JITTER.quietMs + JITTER.periodMs)}, and its client waits ${seconds(JITTER.downMs)} (± ${seconds(JITTER.downSpreadMs)}) before it connects again. The seed gives every subject the same cuts.`,
    `- A delivery counts when it has come, with the right text, within ${seconds(settings.settleMs)} of the last broadcast.`,
    `- Replay: from the WebSocket being open again until the client has everything that was broadcast and acknowledged before. Open: from the client's attempt to connect until its WebSocket is open. Live: from the broadcast's request until its delivery, with the socket open throughout. Resumed: connections that the subject continued where they were cut.`,
    `- Parley's room is one conversation of ${count(people + 1)} people: one writes, and the ${count(clients)} clients are the devices of the other ${count(people)}. Each broadcast is a \`messages.send\` over HTTP, read by stock \`@trpc/client\` ${versionOf('@trpc/client')}. Socket.IO's is one room, a POST and an \`emit\`, read by \`socket.io-client\` ${versionOf('socket.io-client')} on WebSocket alone.`,
    ...rows.map(({ subject }) => `- ${subject.title} keeps ${subject.keeps}.`),
    `- Writing was to take ${seconds((1_000 * (broadcasts - 1)) / rate)} and took, with the last acknowledgement, ${each(({ wroteMs }) => seconds(Math.round(wroteMs / 100) * 100))}: a broadcast begins when the one before it has been acknowledged.`,
    `- Cuts of the plan that found no open socket, since the subject had not let the client in yet: ${each(({ uncut }) => count(uncut))}. Calls and subscriptions that the subject put off as retryable, and that were made again: ${each(({ refused }) => count(refused))}.`,
    `- Subject and generator are a process each. 99 % of the time the generator ran at most this late: ${each(({ generatorP99 }) => milliseconds(generatorP99))}.`,
    '- Socket.IO has less to do when a client is back: it looks nobody up in a database, asks for no membership and tells nobody who is there, and what it replays is in its memory. With recovery that is lost when the process ends, and after two minutes (see its documentation).',
    ...subjects.leftOut.map((what) => `- Left out: ${what}.`),
    ...(isShort ? [`- ${SHORT}`] : []),
  ].join('\n');
  const exact = rows.filter(({ subject }) => subject.exact);
  const faults = exact.flatMap(({ subject, run }) =>
    faultsOf(run).map((fault) => `${subject.title}: ${fault}`),
  );
  const verdict = exact.map(({ subject, run }) => verdictOf(subject.title.split(' ')[0] ?? '', run));
  return { text, verdict, faults };
}
