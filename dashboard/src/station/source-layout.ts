/**
 * Where everything of a heat source's scheme stands; pure. The boiler left, the headers of supply and return right,
 * where the network begins; supply flows right above, the return comes back below through meter and pump.
 */
import type { Scheme } from './scheme-layout.ts';

const TOP = 34;
const BOILER = { width: 84, height: 124 };
const SUPPLY_Y = TOP + 22;
const RETURN_Y = TOP + 102;
const HEADER_PX = 44;
const HEIGHT = 196;

/** From here on the values stand beside each other. */
const WIDE_PX = 560;

export function sourceLayout(width: number): Scheme {
  const wide = width >= WIDE_PX;
  const boiler = wide ? 40 : 4;
  const out = boiler + BOILER.width;
  const header = width - (wide ? 60 : 16);
  const span = header - out;
  const near = out + (wide ? 16 : 8);
  const end = header - (wide ? 14 : 8);
  return {
    width,
    height: HEIGHT,
    pipes: [
      { d: `M${out} ${SUPPLY_Y}H${header}`, side: 'supply', primary: true },
      { d: `M${header} ${RETURN_Y}H${out}`, side: 'return', primary: true },
    ],
    symbols: [
      { kind: 'boiler', x: boiler, y: TOP, height: BOILER.height },
      { kind: 'header', x: header, y: SUPPLY_Y, height: HEADER_PX },
      { kind: 'header', x: header, y: RETURN_Y, height: HEADER_PX },
      { kind: 'pump', x: out + span * (wide ? 0.3 : 0.22), y: RETURN_Y },
      { kind: 'meter', x: out + span * (wide ? 0.62 : 0.6), y: RETURN_Y, point: 'primary.flow_m3_h' },
    ],
    values: [
      { point: 'outdoor_c', x: 0, y: 14, anchor: 'start', prefix: 'outdoor' },
      {
        point: 'primary.power_kw',
        x: boiler + BOILER.width / 2,
        y: TOP + BOILER.height + 22,
        anchor: 'middle',
      },
      { point: 'primary.supply_c', x: near, y: SUPPLY_Y - 9, anchor: 'start' },
      { point: 'primary.supply_kpa', x: end, y: SUPPLY_Y - 9, anchor: 'end' },
      { point: 'primary.return_c', x: near, y: RETURN_Y - 17, anchor: 'start' },
      { point: 'primary.return_kpa', x: end, y: RETURN_Y - 9, anchor: 'end' },
      {
        point: 'primary.flow_m3_h',
        x: out + span * (wide ? 0.62 : 0.6),
        y: RETURN_Y + 28,
        anchor: 'middle',
      },
    ],
    titles: [],
  };
}
