// What Linux has counted of a process that is not this one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const NANOSECONDS = 1e6;
const KIB = 1_024;

/** Whether this system tells it. */
export const tellsOfOthers = existsSync('/proc/self/schedstat');

/** CPU of the threads that it has, in milliseconds: to the nanosecond, where `/proc/<pid>/stat` counts in hundredths of a second. */
export function cpuMsOf(pid: number): number {
  const spent = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [running] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return Number(running);
  });
  return spent.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / NANOSECONDS;
}

/** Its resident memory, in bytes. */
export function residentBytesOf(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`process ${pid} has no resident memory`);
  return Number(kib) * KIB;
}
