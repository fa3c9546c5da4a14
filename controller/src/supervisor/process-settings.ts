/** How the controller's process is started, wherever it is: without these it works the same but takes twice the memory. */

import { fileURLToPath } from 'node:url';

/**
 * Values live for a second or for ever: more room for the young (V8 would take 64 MB a half) and lazier collection of
 * the old only make the process larger. At 1,000 stations with a sample a second and a screen this keeps it at about
 * 400 MB; 16 MB for the young would take some 20 MB more and save a little CPU. Collecting on the main
 * thread alone costs a twentieth less CPU: helpers wait for each other where cores are few.
 */
export const CONTROLLER_FLAGS: readonly string[] = [
  '--max-semi-space-size=12',
  '--heap-growing-percent=60',
  '--single-threaded-gc',
];

/**
 * glibc keeps an arena for each thread by default, and returns little of them; and once a large block was freed, it
 * cuts later ones of that size from an arena too, where they leave holes. With a fixed threshold each has its own
 * pages and gives them back: half of what working off a backlog for InfluxDB adds. What Node compiles it keeps for the next
 * start: that one needs no compiler for types in memory, 17 MB in each thread, and begins a third sooner.
 */
export const CONTROLLER_ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../node_modules/.cache/heat-center', import.meta.url)),
};
