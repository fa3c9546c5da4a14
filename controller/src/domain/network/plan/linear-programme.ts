/** A sparse linear programme: minimise cost·x for rows within their bounds. Rows are compressed. */
export interface LinearProgramme {
  readonly cost: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly row_lower: Float64Array;
  readonly row_upper: Float64Array;
  /** First entry of each row, and the end of the last. */
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** Collects columns and rows. */
export class ProgrammeBuilder {
  readonly #cost: number[] = [];
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #rowLower: number[] = [];
  readonly #rowUpper: number[] = [];
  readonly #starts: number[] = [0];
  readonly #columns: number[] = [];
  readonly #values: number[] = [];

  /** A variable; returns its index. */
  column(cost: number, lower: number, upper: number): number {
    this.#lower.push(lower);
    this.#upper.push(upper);
    return this.#cost.push(cost) - 1;
  }

  row(entries: readonly (readonly [column: number, value: number])[], lower: number, upper: number): void {
    for (const [column, value] of entries) {
      this.#columns.push(column);
      this.#values.push(value);
    }
    this.#starts.push(this.#columns.length);
    this.#rowLower.push(lower);
    this.#rowUpper.push(upper);
  }

  done(): LinearProgramme {
    return {
      cost: Float64Array.from(this.#cost),
      lower: Float64Array.from(this.#lower),
      upper: Float64Array.from(this.#upper),
      row_lower: Float64Array.from(this.#rowLower),
      row_upper: Float64Array.from(this.#rowUpper),
      starts: Int32Array.from(this.#starts),
      columns: Int32Array.from(this.#columns),
      values: Float64Array.from(this.#values),
    };
  }
}
