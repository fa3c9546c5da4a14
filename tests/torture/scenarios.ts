import { killEmbedded, killExternal } from './kill.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario, in the order in which `pnpm torture` runs them. */
export const SCENARIOS: readonly Scenario[] = [killEmbedded, killExternal];
