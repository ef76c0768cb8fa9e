/**
 * Connections that sit in a hall, and what each of them has been told. Everything that comes is looked at: its content
 * and its place. The first frame of an event is read and compared with the event; those of the others must be the same
 * text.
 */
import { isDeepStrictEqual } from 'node:util';

import { eventOf, personId, roomId, roomOf, roomsOf, signToken, type Hall } from './hall.ts';
import { asJson, type Protocol, type Reader } from './readers/reader.ts';
import { monotonicMs } from './subject.ts';

export interface AudienceOptions {
  url: string;
  protocol: Protocol;
  hall: Hall;
  /** Connections of each person. */
  devices: number;
  inbox: boolean;
  /** The seq after which all go on; undefined to begin at the newest. */
  after?: number | undefined;
  /** Connections that are on their way in at the same time. */
  atOnce?: number | undefined;
}

const JOINING_AT_ONCE = 50;
/** Connections by the library's own client; the others speak its protocol by hand, since a generator has much to do. */
const STOCK = 10;
const TIMEOUT_MS = 120_000;

export interface Arrival {
  room: number;
  seq: number;
  /** In milliseconds of the machine's monotonic clock. */
  at: number;
}

/** A frame that is looked at when everything that is to come has been heard. */
interface Heard {
  place: Place;
  frame: string;
  at: number;
}

interface Place {
  protocol: Protocol;
  room: number;
  /** Of the newest event that it has been told. */
  seq: number;
}

export class Audience implements AsyncDisposable {
  readonly #options: AudienceOptions;
  readonly #readers: Reader[] = [];
  readonly #places: Place[] = [];
  /** Frames that were read and found right, by room: that of the event after `#done` first. */
  readonly #read: string[][];
  #done: number;
  #target: number;
  /** Connections that have not reached the target. */
  #behind = 0;
  #failure: Error | undefined;
  #settle: () => void = () => undefined;
  /** When each delivery came, while they are asked for … */
  #arrivals: Arrival[] | undefined;
  /** … and what has come meanwhile … */
  #heard: Heard[] = [];
  /** … of which there will be so many at least. */
  #owed = 0;

  private constructor(options: AudienceOptions) {
    this.#options = options;
    this.#done = this.#target = options.after ?? 0;
    this.#read = Array.from({ length: roomsOf(options.hall) }, () => []);
  }

  /** Resolves when all have joined. With `expected`, they are told of so many events of each room on the way. */
  static async join(options: AudienceOptions, expected = 0): Promise<Audience> {
    const audience = new Audience(options);
    const { url, protocol, hall, devices, inbox, after, atOnce = JOINING_AT_ONCE } = options;
    const people = Array.from({ length: hall.people }, (_, person) => person);
    for (const person of people)
      for (let device = 0; device < devices; device += 1)
        audience.#places.push({
          protocol: audience.#places.length < STOCK ? (protocol.stock ?? protocol) : protocol,
          room: roomOf(hall, person),
          seq: audience.#done,
        });
    const told = audience.#aim(expected);
    // Told of below, unless joining fails before.
    told.catch(() => undefined);
    const tokens = people.map((person) => signToken(personId(hall, person)));
    const join = async (place: Place, index: number) => {
      const token = tokens[Math.floor(index / devices)] ?? '';
      const hear = (frame: string) => audience.#hear(place, frame);
      const lost = (cause: Error) => audience.#fail(cause);
      const room = roomId(hall, place.room);
      audience.#readers.push(await place.protocol.join({ url, token, room, inbox, after, hear, lost }));
    };
    for (let first = 0; first < audience.#places.length; first += atOnce) {
      const some = audience.#places.slice(first, first + atOnce);
      await Promise.all(some.map((place, index) => join(place, first + index)));
    }
    await told;
    return audience;
  }

  get size(): number {
    return this.#places.length;
  }

  /** Resolves when everyone has been told of so many more events of their room, and nothing else. */
  async told(events: number): Promise<void> {
    await this.#aim(events);
    this.#done = this.#target;
    for (const texts of this.#read) texts.length = 0;
  }

  /** From here on the time of each delivery is kept, until they are taken. */
  keepArrivals(): void {
    this.#arrivals = [];
  }

  takeArrivals(): Arrival[] {
    this.#lookAtHeard();
    const arrivals = this.#arrivals ?? [];
    this.#arrivals = undefined;
    return arrivals;
  }

  /** Severs every connection; the audience is over. */
  cut(): void {
    for (const reader of this.#readers) reader.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.leave()));
    if (this.#failure !== undefined) throw this.#failure;
  }

  #aim(events: number): Promise<void> {
    this.#target += events;
    this.#behind = this.#places.filter(({ seq }) => seq < this.#target).length;
    this.#count();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#lookAtHeard();
        this.#fail(new Error(`${this.#behind} of ${this.size} connections were not told everything in time`));
      }, TIMEOUT_MS);
      this.#settle = () => {
        if (this.#failure === undefined && this.#behind > 0) return;
        clearTimeout(timer);
        this.#settle = () => undefined;
        if (this.#failure === undefined) resolve();
        else reject(this.#failure);
      };
      this.#settle();
    });
  }

  /** Where arrivals are timed, nothing is looked at before all is there: what that takes would delay what comes next. */
  #hear(place: Place, frame: string): void {
    if (this.#arrivals === undefined) return this.#look(place, frame);
    this.#heard.push({ place, frame, at: monotonicMs() });
    if (this.#heard.length >= this.#owed) this.#lookAtHeard();
  }

  #lookAtHeard(): void {
    const heard = this.#heard;
    this.#heard = [];
    for (const { place, frame, at } of heard) {
      const before = place.seq;
      this.#look(place, frame);
      if (place.seq > before) this.#arrivals?.push({ room: place.room, seq: place.seq, at });
    }
    this.#count();
  }

  #count(): void {
    this.#owed = this.#places.reduce((owed, { seq }) => owed + this.#target - seq, 0);
  }

  #look(place: Place, frame: string): void {
    const seq = place.seq + 1;
    const { protocol, hall } = this.#options;
    // What another client makes of a frame is another text.
    const read = place.protocol === protocol ? (this.#read[place.room] ?? []) : [];
    if (read[place.seq - this.#done] !== frame) {
      const event = place.protocol.eventIn(frame);
      if (event === undefined) return;
      if (!isDeepStrictEqual(event, asJson(eventOf(hall, place.room, seq))))
        return this.#fail(new Error(`not event ${seq} of room ${place.room}: ${frame}`));
      read[place.seq - this.#done] = frame;
    }
    place.seq = seq;
    if (seq !== this.#target) return;
    this.#behind -= 1;
    if (this.#behind === 0) this.#settle();
  }

  #fail(cause: Error): void {
    this.#failure ??= cause;
    this.#settle();
  }
}
