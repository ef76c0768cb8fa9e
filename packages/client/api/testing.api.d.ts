export { CallMatch, DropOptions, EventMatch, PersonCalls, ProcedurePath, RefuseOptions, SeedConversation, SeedMessage, SeededConversation, TestCall, TestClientOptions, TestEvent, TestFaults, TestNetwork, TestServer, TestServerOptions, TestUser, Times, createTestServer } from './internal/testing.js';
import './internal/contract.js';
import './internal/client.js';
import './internal/core.js';
