import { writeFileSync } from 'node:fs';
import { GCProfiler, getHeapStatistics } from 'node:v8';

/**
 * Loaded into a service before its own code. Writes to a file how many bytes the process has allocated on its heap so
 * far: the sum of the heap's growth between garbage collections.
 */
const EVERY_MS = 250;
let allocated = 0;
let used = getHeapStatistics().used_heap_size;
let profiler = startProfiler();

function startProfiler() {
  const profiler = new GCProfiler();
  profiler.start();
  return profiler;
}

/** `sizeAfter`: the heap's size once the collection is over. */
function addGrowth(size, sizeAfter = size) {
  allocated += size - used;
  used = sizeAfter;
}

setInterval(() => {
  const { statistics } = profiler.stop();
  profiler = startProfiler();
  for (const { beforeGC, afterGC } of statistics)
    addGrowth(beforeGC.heapStatistics.usedHeapSize, afterGC.heapStatistics.usedHeapSize);
  addGrowth(getHeapStatistics().used_heap_size);
  writeFileSync(process.env.ALLOCATION_FILE, String(allocated));
}, EVERY_MS).unref();
