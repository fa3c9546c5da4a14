/** What a view of the network says before the center has looked at it. */
import { useFeed } from '../feed/context.tsx';
import { useWords } from '../parts/words.ts';

export function NotLooked() {
  const { t } = useWords();
  const none = useFeed(({ stations }) => stations.size === 0);
  return <p className="quiet">{t(none ? 'network.noStations' : 'network.notLooked')}</p>;
}
