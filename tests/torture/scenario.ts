/** What a scenario is given: the same seed gives the same faults; `quick` is the form that runs in `pnpm test`. */
export type Given = {
  readonly seed: number;
  readonly quick: boolean;
  /** For how long, where a scenario can go on for as long as one likes. */
  readonly minutes?: number | undefined;
  /** A file of cases that broke something, to be played again. */
  readonly replay?: string | undefined;
  /** Progress for the person who waits; the outcome is not said here. */
  readonly say: (line: string) => void;
};

/** `kept` or not, with the figures measured, or why it could not be run here (a component that cannot be had). */
export type Outcome =
  | { readonly state: 'kept' | 'broken'; readonly figures: string }
  | { readonly state: 'skipped'; readonly missing: string };

/** One promise that is tested by breaking things on purpose against real processes. */
export type Scenario = {
  /** Lower case with dashes; what a person types after `pnpm torture`. */
  readonly name: string;
  /** The promise in one line, as in `docs/promises.md`. */
  readonly promise: string;
  readonly run: (given: Given) => Promise<Outcome>;
};
