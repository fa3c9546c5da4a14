/** Child process of a test: writes batch after batch, tells how many are stored, until it is killed. */
import { batchOf, samplesOf, T0 } from '../suite-samples.ts';
import { openEmbedded } from './store.ts';

const history = await openEmbedded({ file: process.argv[2] ?? '', memoryMb: 128, now: () => T0 });
for (let batch = 1; ; batch += 1) {
  const samples = Array.from({ length: 100 }, (_, index) =>
    samplesOf('s1', {
      at: T0 + (batch * 100 + index) * 1000,
      outdoor_c: 1,
      circuits: { low: { supply_c: 50 } },
    }),
  ).flat();
  await history.write(batchOf(samples, batch));
  process.send?.(batch);
}
