import { writeFileSync } from 'node:fs';
import { GCProfiler, getHeapStatistics } from 'node:v8';

/**
 * Loaded into a service before its own code. Keeps in a file how many bytes it has allocated on the heap so far: what
 * the heap grew by between its collections.
 */
const EVERY_MS = 250;
let allocated = 0;
let used = getHeapStatistics().used_heap_size;
let profiler = started();

function started() {
  const fresh = new GCProfiler();
  fresh.start();
  return fresh;
}

function grownTo(size, leaving = size) {
  allocated += size - used;
  used = leaving;
}

setInterval(() => {
  const { statistics } = profiler.stop();
  profiler = started();
  for (const { beforeGC, afterGC } of statistics)
    grownTo(beforeGC.heapStatistics.usedHeapSize, afterGC.heapStatistics.usedHeapSize);
  grownTo(getHeapStatistics().used_heap_size);
  writeFileSync(process.env.ALLOCATION_FILE, String(allocated));
}, EVERY_MS).unref();
