import { describeLeases } from './leases.suite.ts';
import { MemoryLease } from './memory-leases.ts';

describeLeases('leases in memory', () => Promise.resolve(new MemoryLease()));
