export {
  createTestServer,
  type TestClientOptions,
  type TestNetwork,
  type TestServer,
  type TestServerOptions,
  type TestUser,
} from './create-test-server.ts';
export type {
  CallMatch,
  EventMatch,
  ProcedurePath,
  RefuseOptions,
  TestCall,
  TestEvent,
  Times,
} from './faults.ts';
export type { PersonCalls } from './person-calls.ts';
export type { SeedConversation, SeededConversation, SeedMessage } from './seed.ts';
export type { DropOptions, TestFaults } from './test-faults.ts';
