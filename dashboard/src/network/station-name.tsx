import { Link } from 'wouter';
import { useFeed } from '../feed/context.tsx';
import { nameIn } from '../format/point.ts';
import { useWords } from '../parts/words.ts';

function useNameOf(id: string): string {
  const { language } = useWords();
  const name = useFeed((state) => state.stations.get(id)?.name);
  return nameIn(name, language, id);
}

/** A station by its name, as the way to it. */
export function StationName({ id }: { id: string }) {
  const name = useNameOf(id);
  return <Link href={`/stations/${encodeURIComponent(id)}`}>{name}</Link>;
}

/** The name alone, where the way to the station would lose what was typed. */
export const StationText = ({ id }: { id: string }) => useNameOf(id);
