/** Fields of a form: typed numbers with their unit, times of day, things that are on or off. */
import { useId } from 'react';
import type { ReactNode } from 'react';
import { Checkbox } from 'react-aria-components';

interface NumberProps {
  readonly label: string;
  /** As typed; empty says nothing. */
  readonly value: string;
  readonly set: (value: string) => void;
  readonly unit: string;
  readonly step?: number;
  readonly wrong?: boolean;
  /** What holds while the field is empty. */
  readonly usual?: string;
}

export function NumberText({ label, value, set, unit, step = 0.5, wrong = false, usual }: NumberProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <span className="field-input">
        <input
          id={id}
          type="number"
          step={step}
          value={value}
          placeholder={usual}
          aria-invalid={wrong}
          onChange={(event) => set(event.target.value)}
        />
        <span className="unit">{unit}</span>
      </span>
    </div>
  );
}

interface CheckProps {
  readonly on: boolean;
  readonly set: (on: boolean) => void;
  readonly children: ReactNode;
}

export function Check({ on, set, children }: CheckProps) {
  return (
    <Checkbox className="check" isSelected={on} onChange={set}>
      <span className="check-box" aria-hidden="true" />
      <span>{children}</span>
    </Checkbox>
  );
}
