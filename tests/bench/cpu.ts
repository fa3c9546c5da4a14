/** CPU time and memory of processes, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second of /proc/{pid}/stat on Linux. */
const TICKS_PER_S = 100;

function readStat(file: string): { name: string; cpu_s: number } {
  const stat = readFileSync(file, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
    cpu_s: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S,
  };
}

/** User and system time of a process with all its threads, s. */
export const cpuSeconds = (pid: number): number => readStat(`/proc/${pid}/stat`).cpu_s;

/** User and system time of the threads that these processes have now, summed by the threads' names, s. */
export function threadsOf(pids: readonly number[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const { name, cpu_s } = readStat(`/proc/${pid}/task/${thread}/stat`);
      sums.set(name, (sums.get(name) ?? 0) + cpu_s);
    }
  }
  return sums;
}

export const cpuOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);

/** Resident memory, MB. */
export function residentMb(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}
