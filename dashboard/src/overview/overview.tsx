/** All stations, what needs a person first. */
import { useMemo } from 'react';
import { useFeed } from '../feed/context.tsx';
import { useWords } from '../parts/words.ts';
import { useChoice } from './choice.ts';
import { Filters } from './filters.tsx';
import { Table } from './table.tsx';
import { useOrder } from './use-order.ts';

function Nothing({ all }: { all: number }) {
  const { t } = useWords();
  if (all > 0) return <p className="empty">{t('overview.nothing')}</p>;
  return (
    <div className="empty">
      <h2>{t('overview.empty')}</h2>
      <p>{t('overview.emptyHelp')}</p>
    </div>
  );
}

export function OverviewView() {
  const { language } = useWords();
  const [choice, choose] = useChoice();
  const ready = useFeed((state) => state.n !== null);
  const all = useFeed((state) => state.stations.size);
  const order = useOrder(useMemo(() => ({ ...choice, language }), [choice, language]));
  return (
    <div className="overview">
      <Filters choice={choice} choose={choose} order={order} />
      {ready && order.ids.length === 0 ? (
        <Nothing all={all} />
      ) : (
        <Table order={order} choice={choice} choose={choose} />
      )}
      {!ready && <div className="skeleton" aria-hidden="true" />}
    </div>
  );
}
