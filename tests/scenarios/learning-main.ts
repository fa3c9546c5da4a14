/** `node tests/scenarios/learning-main.ts STATIONS DAYS`: what is learned of the simulated city, beside what is true. */
import { runLearning } from './learning.ts';

const [stations = 8, days = 22] = process.argv.slice(2).map(Number);
const { circuits, load, forecasts } = runLearning({ stations, days, off: (nth) => nth % 2 === 1 });
for (const { station, circuit, hasRooms, nightsOff, a_kw_k, tau_h, learned } of circuits) {
  const { loss, time_constant: tau } = learned;
  const line = loss.identifiable ? `${loss.a_kw_k.toFixed(1)} ± ${loss.a_error_kw_k.toFixed(1)}` : loss.why;
  const time = tau.identifiable
    ? `${tau.tau_h.toFixed(0)} ± ${tau.error_h.toFixed(0)} by ${tau.from}`
    : tau.why;
  const how = [hasRooms ? 'rooms' : 'no rooms', nightsOff ? 'nights off' : 'no set-back'].join(', ');
  console.log(`${station} ${circuit} (${how}): a ${a_kw_k.toFixed(1)} kW/K, learned ${line};`);
  console.log(`  tau ${tau_h.toFixed(0)} h, learned ${time}`);
}
for (const { from_h, to_h, forecast_pct, yesterday_pct } of load) {
  const [own, naive] = [forecast_pct.toFixed(1), yesterday_pct.toFixed(1)];
  console.log(
    `load ${from_h}-${to_h} h ahead: off by ${own} %, like yesterday ${naive} % (${forecasts} forecasts)`,
  );
}
