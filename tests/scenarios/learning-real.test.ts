/** Two recorded stations of Niš: nothing is said of their buildings, and what is said of their load holds. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { learnedOf } from '@heat-center/controller/domain/learning/read.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { dayAhead, dayIn, FROM, heard, means, samplesOf, straight, type Straight } from './learning-real.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/data/xai4heat/', import.meta.url));
const isThere = existsSync(FOLDER);
if (!isThere) console.warn(`SKIPPED: no recorded stations in ${FOLDER}`);

const DAY_MS = 86_400_000;
/** Days of the record after which the load is judged: end of January, of the weeks after it, and of February. */
const JUDGED_AT = [28, 42, 56];

describe.skipIf(!isThere).each(['L12', 'L22'])('of station %s', (name) => {
  let heardOf: ReturnType<typeof heard>;
  let samples: Awaited<ReturnType<typeof samplesOf>>;
  beforeAll(async () => {
    samples = await samplesOf(`${FOLDER}xai4heat_scada_${name}.csv`);
    heardOf = heard(samples);
  });

  it('loss line and time constant are not identifiable: no room is measured', () => {
    const [learned] = learnedOf(heardOf.center, 'real') ?? [];
    expect(learned).toMatchObject({
      heat_from: 'meter',
      rooms_measured: false,
      loss: { identifiable: false, why: 'no_rooms' },
      time_constant: { identifiable: false, why: 'no_rooms' },
      proposal: null,
    });
  });

  it('days are those of the record', () => {
    const [learned] = learnedOf(heardOf.center, 'real') ?? [];
    const plain = means(samples, DAY_MS);
    expect(learned?.days.length).toBe(60);
    for (const { at, outdoor_c, heat_kw } of learned?.days ?? []) {
      const day = plain.get(Math.round((at - FROM) / DAY_MS) - 1);
      if (!day) continue;
      expect(Math.abs(outdoor_c - day.outdoor_c)).toBeLessThan(0.5);
      expect(Math.abs(heat_kw - day.heat_kw)).toBeLessThan(3 + 0.03 * day.heat_kw);
    }
  });

  it('the load follows the weather as a plain regression of its days says, within two standard errors', () => {
    const days = [...means(samples, DAY_MS)];
    for (const nth of JUDGED_AT) {
      const { at, model } = heardOf.forecasts[nth] ?? {};
      if (at === undefined || !model) throw new Error('the record is too short');
      const line: Straight = straight(
        days.filter(([day]) => day < (at - FROM) / DAY_MS).map(([, day]) => day),
      );
      const slope_kw_k = (dayIn(model, 2, at) - dayIn(model, 10, at)) / 8;
      expect(Math.abs(slope_kw_k - line.slope_kw_k)).toBeLessThan(2 * line.error_kw_k);
      const usual_kw = line.slope_kw_k * (line.base_c - 5);
      expect(Math.abs(dayIn(model, 5, at) - usual_kw)).toBeLessThan(0.12 * usual_kw);
    }
  });

  it('the day to come is foreseen better than by the day before', () => {
    const { learned_pct, yesterday_pct, count } = dayAhead(heardOf.forecasts, means(samples, 3_600_000));
    expect(count).toBeGreaterThan(1000);
    expect(learned_pct).toBeLessThan(yesterday_pct);
  });
});
