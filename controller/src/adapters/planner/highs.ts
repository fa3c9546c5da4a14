/** Linear programmes by HiGHS, compiled to WebAssembly. */
import highsModule, { type Highs } from 'highs';
import type { LinearProgramme } from '../../domain/network/plan/linear-programme.ts';

// The package's types are those of its CommonJS form, where the loader is a property; its ES module is the loader.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by every test that solves anything
const loadHighs = highsModule as unknown as typeof highsModule.default;

/** HiGHS gives up after this, s. */
const TIME_LIMIT_S = 20;
/**
 * Interior points, brought to a corner: half a second for 1,000 stations whatever is asked, where the simplex method
 * takes three for a cap that cannot be kept. It gives up on some programmes that the other solves at once, such as
 * those of few classes with nothing to gain.
 */
const METHODS = ['ipm', 'simplex'] as const;
type Method = (typeof METHODS)[number];

export type Solver = (programme: LinearProgramme) => Float64Array;

function solveBy(method: Method, highs: Highs, programme: LinearProgramme): Float64Array {
  const { cost, lower, upper, row_lower, row_upper, starts, columns, values } = programme;
  const numCols = cost.length;
  const numRows = row_lower.length;
  const model = {
    numCols,
    numRows,
    colCost: cost,
    colLower: lower,
    colUpper: upper,
    rowLower: row_lower,
    rowUpper: row_upper,
    matrix: { format: 'csr', numRows, numCols, starts, indices: columns, values } as const,
  };
  return highs.withModel(model, (running) => {
    running.options.set({ output_flag: false, time_limit: TIME_LIMIT_S, solver: method });
    running.run();
    const status = running.getModelStatus();
    if (status !== highs.constants.modelStatus.optimal)
      throw new Error(`HiGHS found no plan (model status ${status})`);
    return running.getSolution().colValue;
  });
}

function solveWith(highs: Highs, programme: LinearProgramme): Float64Array {
  let failure: unknown;
  for (const method of METHODS) {
    try {
      return solveBy(method, highs, programme);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** Loads HiGHS (3.5 MB of WebAssembly). A solver throws where a programme has no optimal solution. */
export async function createSolver(): Promise<Solver> {
  const highs = await loadHighs();
  return (programme) => solveWith(highs, programme);
}
