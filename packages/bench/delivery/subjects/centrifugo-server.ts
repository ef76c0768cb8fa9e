// A Centrifugo of version 6 on this machine, as it comes but for what an app has to set: https://centrifugal.dev/docs
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { freePort } from '../../../tests/harness/free-port.ts';
import { placed } from '../../cores.ts';
import { onPath } from '../../on-path.ts';
import { cpuMsOf, residentBytesOf } from '../../process-usage.ts';
import type { Usage, UsageOrder } from '../../servant.ts';
import { CENTRIFUGO } from '../centrifugo.ts';
import { ROOMS } from '../channels.ts';
import { JWT_SECRET } from '../hall.ts';
import type { RoomEvent } from '../subject.ts';

export interface Publication {
  channel: string;
  data: RoomEvent;
}

/** It ends with this process. */
export interface CentrifugoServer {
  url: string;
  /** In their order, and after what was published before. Rejects where one of them was refused. */
  publish(publications: readonly Publication[]): Promise<void>;
  usage(order: UsageOrder): Promise<Usage>;
}

const START_TIMEOUT_MS = 30_000;

const configOf = (port: number, apiKey: string) => ({
  http_server: { address: '127.0.0.1', port },
  log: { level: 'error' },
  client: {
    token: { hmac_secret_key: JWT_SECRET },
    // A person's own feed.
    subscribe_to_user_personal_channel: { enabled: true },
  },
  channel: { namespaces: [{ name: ROOMS, allow_subscribe_for_client: true }] },
  http_api: { key: apiKey },
  // Go's own addresses for what is in a process: there a collection can be asked for.
  debug: { enabled: true },
  usage_stats: { disabled: true },
});

export async function startCentrifugo(): Promise<CentrifugoServer> {
  const [port, apiKey] = [await freePort(), randomUUID()];
  const directory = await mkdtemp(join(tmpdir(), 'parley-centrifugo-'));
  const config = join(directory, 'config.json');
  writeFileSync(config, JSON.stringify(configOf(port, apiKey)));
  const [command = '', ...args] = placed('subject', [onPath(CENTRIFUGO) ?? CENTRIFUGO, '--config', config]);
  const server = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  process.once('exit', () => {
    server.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  await once(server, 'spawn');
  const { pid } = server;
  if (pid === undefined) throw new Error('Centrifugo has no process');
  // One connection: what is asked for is done in the order of asking.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (method: string, path: string, body?: object): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'X-API-Key': apiKey };
      const asking = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
        const refuse = (said: string) => reject(new Error(`${path}: ${response.statusCode} ${said}`));
        void text(response).then(response.statusCode === 200 ? resolve : refuse, reject);
      });
      asking.on('error', reject);
      asking.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const call = (method: string, body: object) => ask('POST', `/api/${method}`, body);

  const deadline = Date.now() + START_TIMEOUT_MS;
  // With this key it is this one that answers.
  while (!(await call('info', {}).then(Boolean, () => false))) {
    if (Date.now() > deadline || server.exitCode !== null) throw new Error('Centrifugo did not start');
    await delay(20);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async publish(publications) {
      const commands = publications.map((publish) => ({ publish }));
      refuseErrors(await call('batch', { commands }));
    },
    async usage({ collect }) {
      if (collect) await ask('GET', '/debug/pprof/heap?gc=1');
      return { cpuMs: cpuMsOf(pid), rssBytes: residentBytesOf(pid) };
    },
  };
}

function refuseErrors(answer: string): void {
  const { replies } = JSON.parse(answer) as { replies: { error?: { message: string } }[] };
  const refused = replies.find(({ error }) => error !== undefined)?.error;
  if (refused !== undefined) throw new Error(`Centrifugo refused a publication: ${refused.message}`);
}
