import { describe, expect, it } from 'vitest';

import { cpuMsOf, residentBytesOf, tellsOfOthers } from './process-usage.ts';

describe.runIf(tellsOfOthers)('what the system has counted of a process', () => {
  it('is the CPU that the process itself knows of', () => {
    const until = performance.now() + 50;
    while (performance.now() < until) Math.sqrt(until);
    const { user, system } = process.cpuUsage();
    const ownMs = (user + system) / 1_000;
    // Threads that have ended meanwhile are not in it.
    expect(cpuMsOf(process.pid)).toBeGreaterThan(ownMs / 2);
    expect(cpuMsOf(process.pid)).toBeLessThan(ownMs + 500);
  });

  it('is its resident memory', () => {
    const own = process.memoryUsage.rss();
    expect(residentBytesOf(process.pid) / own).toBeGreaterThan(0.8);
    expect(residentBytesOf(process.pid) / own).toBeLessThan(1.25);
  });
});
