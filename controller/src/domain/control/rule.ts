/** What a limiting rule is and what it may read. */
import type { Reason, ReasonCode } from '@heat-center/contract/reasons.ts';
import type { CircuitConfig, PrimaryLimits } from '../config.ts';
import type { CapName, InputName, Inputs } from './circuit.ts';
import type { Allowed, Limit, Said } from './range.ts';
import type { ShortTarget } from '../network/short.ts';
import type { CapState } from './supply-cap.ts';

/** Everything that rules read. */
export interface Given {
  readonly now: number;
  readonly config: CircuitConfig;
  readonly primary: PrimaryLimits | undefined;
  /** Reporting period of the heat meter, s. */
  readonly meter_s: number;
  readonly design_flow_m3_h: number | undefined;
  readonly inputs: Inputs;
  /** Where the ramp starts: the setpoint in force. */
  readonly position: number | undefined;
  /** Time since the last cycle, s. */
  readonly passed_s: number;
  readonly wish: { readonly value: number; readonly by: string; readonly until: number } | undefined;
  /** What the output would be without limits. */
  readonly target: number;
  /** Heat comes back after a night: limits of contracts wait. */
  readonly boosting: boolean;
  /** What a short source leaves for this station. */
  readonly short?: ShortTarget | undefined;
  /** Flow relative to design that the supply temperature is reckoned with; 1 where absent. */
  readonly ratio?: number | undefined;
  readonly caps: Readonly<Partial<Record<CapName, CapState>>> | undefined;
  /** What settled rules of this setpoint say; they are asked where absent. */
  readonly settled?: SettledRules | undefined;
}

/** What a settled rule says, in words as well. */
export type Settled = Verdict & Said;

/** What settled rules say, by their place. */
export interface SettledRules {
  readonly verdicts: readonly (Settled | undefined)[];
  /** Bits for the places that say something. */
  readonly places: number;
  /** Lower and upper end of each of these, side by side. */
  readonly ends: readonly number[];
}

/** What settings alone say of a circuit. */
export type SettledCase = Pick<Given, 'config' | 'design_flow_m3_h'>;

/** `cap` is what a slow limit remembers under its own name. */
export interface Verdict extends Limit {
  readonly cap?: { readonly name: CapName; readonly state: CapState } | undefined;
}

export interface Rule {
  readonly code: ReasonCode;
  readonly inputs: readonly InputName[];
  /** Undefined when the rule has nothing to say. `left` is what the earlier rules allow. */
  readonly limit: (given: Given, left: Allowed) => Verdict | undefined;
  /** Numbers of the reason; asked only when the decision is explained anew, which most cycles do not. */
  readonly params: (given: Given, verdict: Verdict) => Reason['params'];
}

/** A rule that follows from settings alone: it is asked once for a circuit. */
export interface SettledRule extends Rule {
  readonly settled: true;
  readonly limit: (given: SettledCase) => Verdict | undefined;
  readonly params: (given: SettledCase, verdict: Verdict) => Reason['params'];
}

/** A range with open ends; undefined where both are. */
export const openRange = (min: number | undefined, max: number | undefined): Verdict | undefined =>
  min === undefined && max === undefined ? undefined : { min, max };

/** Where the range itself is all that there is to say. */
export const rangeParams = (_given: SettledCase, { min, max }: Verdict): Reason['params'] => ({
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});
