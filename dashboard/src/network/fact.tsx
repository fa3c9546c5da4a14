/** A figure with what it is. */
import type { ReactNode } from 'react';

export interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
  readonly help?: string;
}

export function Fact({ name, children, help }: FactProps) {
  return (
    <div title={help}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="figures">{children}</dl>;
}
