import { Id, ConversationEvent, InboxEvent, Offer, Message, ErrorReason, User, Session } from './contract.js';
import { Inputs, Outputs, SessionOptions, WebSocketConstructor, ParleyClient, Credentials } from './client.js';
type ProcedurePath = {
    [Domain in keyof Inputs & string]: `${Domain}.${keyof Inputs[Domain] & string}`;
}[keyof Inputs & string];
interface TestCall {
    readonly path: ProcedurePath;
    readonly input: unknown;
    readonly userId: Id | null;
}
type TestEvent = (ConversationEvent | InboxEvent) & {
    readonly to: Id;
};
type CallMatch = ProcedurePath | ((call: TestCall) => boolean);
type EventMatch = TestEvent['type'] | ((event: TestEvent) => boolean);
interface Times {
    times?: number | undefined;
}
interface RefuseOptions extends Times {
    retryAfterMs?: number | undefined;
    offer?: Offer | undefined;
}
type PersonCalls = {
    readonly [Domain in keyof Inputs]: {
        readonly [Name in keyof Inputs[Domain] as Name extends 'events' ? never : Name]: (input: Inputs[Domain][Name]) => Promise<Outputs[Domain][Name & keyof Outputs[Domain]]>;
    };
};
interface SeedMessage<Name extends string = string> {
    from: Name;
    content: string;
    attachments?: readonly string[] | undefined;
    createdAt?: Date | undefined;
}
interface SeedConversation<Name extends string = string> {
    participants: readonly [Name, Name, ...Name[]];
    title?: string | undefined;
    subject?: string | undefined;
    messages?: number | readonly SeedMessage<Name>[] | undefined;
}
interface SeededConversation {
    readonly id: Id;
    readonly messages: readonly Message[];
}
interface DropOptions extends Times {
    answers?: CallMatch | undefined;
    events?: EventMatch | undefined;
}
interface TestFaults<Name extends string = string> {
    offline(name?: Name): void;
    online(name?: Name): void;
    cut(name?: Name): void;
    slow(ms: number, name?: Name): void;
    blockSockets(blocks?: boolean, name?: Name): void;
    refuse(match: CallMatch, reason: ErrorReason, options?: RefuseOptions): () => void;
    drop(options: DropOptions): () => void;
    clear(): void;
}
interface TestUser<Name extends string = string> {
    name: Name;
    displayName?: string | undefined;
    avatar?: string | undefined;
}
interface TestServerOptions<Name extends string = string> {
    users: readonly (Name | TestUser<Name>)[];
    now?: (() => number) | undefined;
}
type TestClientOptions = Omit<SessionOptions, 'url' | 'WebSocket' | 'fetch'>;
interface TestNetwork {
    readonly url: string;
    readonly WebSocket: WebSocketConstructor;
    readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
}
type Usable = SymbolConstructor extends {
    readonly dispose: infer Key extends symbol;
} ? {
    readonly [_ in Key]: () => void;
} : object;
interface TestServer<Name extends string = string> extends Usable {
    client(name?: Name, options?: TestClientOptions): ParleyClient;
    as(name: Name): PersonCalls;
    conversation(conversation: SeedConversation<Name>): SeededConversation;
    user(name: Name): User;
    credentials(name: Name): Credentials;
    session(name: Name): Session;
    network(name?: Name): TestNetwork;
    connect(name: Name): () => void;
    readonly faults: TestFaults<Name>;
    readonly time: {
        now(): Date;
        advance(ms: number): void;
    };
    readonly calls: readonly TestCall[];
    close(): Promise<void>;
}
declare function createTestServer<const Name extends string>({ users, now, }: TestServerOptions<Name>): TestServer<Name>;
export { createTestServer };
export type { CallMatch, DropOptions, EventMatch, PersonCalls, ProcedurePath, RefuseOptions, SeedConversation, SeedMessage, SeededConversation, TestCall, TestClientOptions, TestEvent, TestFaults, TestNetwork, TestServer, TestServerOptions, TestUser, Times };
export type { Usable };
