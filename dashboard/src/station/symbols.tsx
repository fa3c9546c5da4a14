/** Symbols after ISO 10628 and ISA-5.1, each drawn around or from its place. */
import { EXCHANGER_PX } from './scheme-layout.ts';
import type { SchemeSymbol } from './scheme-layout.ts';

/** Two triangles tip to tip, with the actuator above. */
function Valve() {
  return (
    <>
      <path d="M-9-6 9 6V-6L-9 6z" />
      <path d="M0 0V-10M-6-10a6 6 0 0 1 12 0z" />
    </>
  );
}

/** A circle with a triangle in the direction of flow, here to the left; filled while it runs. */
function Pump({ running }: { running: boolean }) {
  return (
    <>
      <circle r="11" />
      <path d="M-11 0 6-9V9z" className={running ? 'filled' : ''} />
    </>
  );
}

function Meter() {
  return (
    <>
      <circle r="8" />
      <text className="letter" y="3.5" textAnchor="middle">
        F
      </text>
    </>
  );
}

/** Two sides that never mix: a box with the zigzag of the plates. */
function Exchanger({ height }: { height: number }) {
  const w = EXCHANGER_PX;
  return (
    <>
      <rect width={w} height={height} />
      <path
        d={`M0 12L${w - 6} ${height * 0.3}L6 ${height * 0.5}L${w - 6} ${height * 0.7}L0 ${height - 12}`}
      />
    </>
  );
}

function Building({ height }: { height: number }) {
  const windows = [];
  for (let y = 12; y < height - 14; y += 18) windows.push(`M8 ${y}h6v8h-6zM20 ${y}h6v8h-6z`);
  return (
    <>
      <rect width="34" height={height} />
      <path d={windows.join('')} />
    </>
  );
}

function Tank({ level }: { level: number | null }) {
  const depth = level === null ? 0 : Math.min(1, Math.max(0, level / 100)) * 28;
  return (
    <>
      {level !== null && <rect className="level" x="0" y={30 - depth} width="34" height={depth} />}
      <path d="M0 0V30H34V0" className="open" />
    </>
  );
}

/** Water joins the return from below. */
function Makeup() {
  return <path d="M0 22V1M-4 12 0 2l4 10z" />;
}

/** A vessel with its flame. */
function Boiler({ height }: { height: number }) {
  return (
    <>
      <rect width="84" height={height} rx="6" />
      <path d="M84 22H46V42H70V62H46V82H70V102H84" className="open" />
      <path
        d="M25 84c-10 0-14-7-11-15 2 3 4 4 6 4-2-7 1-13 7-17-1 6 3 8 6 12 4 5 5 16-8 16z"
        className="open"
      />
    </>
  );
}

/** A header: a thick end to which the network is joined, around its place. */
function Header({ height }: { height: number }) {
  return <rect x="-4" y={-height / 2} width="8" height={height} className="filled" />;
}

export function SymbolShape({ symbol, value }: { symbol: SchemeSymbol; value: unknown }) {
  const { kind, height = 0 } = symbol;
  if (kind === 'valve') return <Valve />;
  if (kind === 'pump') return <Pump running={value === true} />;
  if (kind === 'meter') return <Meter />;
  if (kind === 'exchanger') return <Exchanger height={height} />;
  if (kind === 'building') return <Building height={height} />;
  if (kind === 'boiler') return <Boiler height={height} />;
  if (kind === 'header') return <Header height={height} />;
  if (kind === 'tank') return <Tank level={typeof value === 'number' ? value : null} />;
  return <Makeup />;
}
