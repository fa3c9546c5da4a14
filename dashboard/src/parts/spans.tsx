/** A choice in one line of buttons, of which one is pressed. */

interface SpansProps<T extends string> {
  readonly label: string;
  readonly values: readonly T[];
  readonly value: T;
  readonly text: (value: T) => string;
  readonly choose: (value: T) => void;
}

export function Spans<T extends string>({ label, values, value, text, choose }: SpansProps<T>) {
  return (
    <div className="spans" role="group" aria-label={label}>
      {values.map((each) => (
        <button key={each} type="button" aria-pressed={each === value} onClick={() => choose(each)}>
          {text(each)}
        </button>
      ))}
    </div>
  );
}
