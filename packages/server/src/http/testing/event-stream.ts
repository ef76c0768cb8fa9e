// Server-sent events as they are on the wire.
import { until, type Person } from './edge.ts';

export interface Event {
  event: string;
  id: string;
  data: string;
}

export interface StreamOptions {
  input?: unknown;
  headers?: Record<string, string>;
  query?: string;
}

/** A stream read from the wire, as an EventSource would. */
export class EventStream implements AsyncDisposable {
  readonly events: Event[] = [];
  readonly ended: Promise<void>;
  readonly #controller: AbortController;

  private constructor(body: ReadableStream<Uint8Array>, controller: AbortController) {
    this.#controller = controller;
    this.ended = this.#read(body).catch(() => undefined);
  }

  static async open(
    { url }: { url: string },
    person: Person,
    path: string,
    options: StreamOptions = {},
  ): Promise<EventStream> {
    const { input = {}, headers = {}, query = '' } = options;
    const controller = new AbortController();
    const search = `?input=${encodeURIComponent(JSON.stringify({ json: input }))}${query}`;
    const response = await fetch(`${url}/trpc/${path}${search}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${person.token}`, ...headers },
      signal: controller.signal,
    });
    if (response.body === null) throw new Error('no body');
    return new EventStream(response.body, controller);
  }

  async next(matches: (event: Event) => boolean): Promise<Event> {
    await until(() => this.events.some(matches));
    return this.events.find(matches) as Event;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#controller.abort();
    await this.ended;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    for await (const chunk of body) {
      text += Buffer.from(chunk).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = new Map(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => line.split(/: ?(.*)/s, 2) as [string, string]),
        );
        text = text.slice(end + 2);
        const data = fields.get('data');
        if (data !== undefined)
          this.events.push({ event: fields.get('event') ?? 'message', id: fields.get('id') ?? '', data });
      }
    }
  }
}
