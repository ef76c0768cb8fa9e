// The process that all load comes from, whatever the subject.
import type { OpenRoom } from './clients/client.ts';
import { openParleyRoom } from './clients/parley.ts';
import { openSocketIoRoom } from './clients/socket-io.ts';
import { jitterLoad } from './scenarios/jitter-load.ts';
import type { JitterSettings } from './scenarios/jitter-plan.ts';
import { fulfil } from './worker.ts';

const ROOMS = { parley: openParleyRoom, 'socket-io': openSocketIoRoom } satisfies Record<string, OpenRoom>;

/** Which client library speaks to the subject. */
export type Library = keyof typeof ROOMS;

export interface LoadOrder {
  url: string;
  library: Library;
  settings: JitterSettings;
}

await fulfil(async ({ url, library, settings }: LoadOrder) =>
  jitterLoad(await ROOMS[library]({ url, ...settings }), settings),
);
