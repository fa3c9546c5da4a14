/** `cycle-times.ts STATIONS CYCLES`: times of whole cycles as JSON, for the bench of the cycle. */
import { cycleTimes } from './cycle.ts';

const [stations = 500, cycles = 40] = process.argv.slice(2).map(Number);
process.stdout.write(JSON.stringify(cycleTimes(stations, cycles)));
