/** The share of a short source: a maximum of the supply temperature. Heating circuits only. */
import { shareSupply_c } from '../network/short.ts';
import { isDesign } from '../physics/weather-curve.ts';
import type { Rule } from './rule.ts';

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** Comes before the limits of contracts and before wishes: what is not there cannot be wished for. */
export const SHORT_SOURCE: Rule = {
  code: 'short_source',
  inputs: [],
  limit: ({ short, config: { kind, design }, ratio }) => {
    if (!short || !kind || kind === 'dhw' || !isDesign(design)) return undefined;
    return { min: undefined, max: shareSupply_c({ kind, design }, short, ratio) };
  },
  params: ({ short }, { max }) => ({
    ...(max === undefined ? {} : { max: tenth(max) }),
    ...(short ? { share_pct: Math.round(short.share * 100) } : {}),
  }),
};
