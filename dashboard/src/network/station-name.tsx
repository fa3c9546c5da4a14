import { Link } from 'wouter';
import { useFeed } from '../feed/context.tsx';
import { nameIn } from '../format/point.ts';
import { useWords } from '../parts/words.ts';

/** A station by its name, as the way to it. */
export function StationName({ id }: { id: string }) {
  const { language } = useWords();
  const name = useFeed((state) => state.stations.get(id)?.name);
  return <Link href={`/stations/${encodeURIComponent(id)}`}>{nameIn(name, language, id)}</Link>;
}
