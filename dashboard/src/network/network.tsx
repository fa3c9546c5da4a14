/** The network as a whole: evenness, a short source, the plan against peaks, the load to come. */
import { Link } from 'wouter';
import { formatNumber } from '../format/number.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWords } from '../parts/words.ts';
import { Balance } from './balance.tsx';
import { Forecast } from './forecast.tsx';
import { networkApi } from './network-api.ts';
import { Plan } from './plan.tsx';
import { Source } from './source.tsx';

const TABS = ['balance', 'source', 'plan', 'forecast'] as const;
type Tab = (typeof TABS)[number];
const VIEWS: Record<Tab, () => React.ReactNode> = {
  balance: Balance,
  source: Source,
  plan: Plan,
  forecast: Forecast,
};

function Outdoor() {
  const { t, language } = useWords();
  const { answer, problem } = useAsked(networkApi.network);
  if (problem) return <ProblemNote problem={problem} />;
  if (!answer) return null;
  const { outdoor, doubted } = answer;
  const c = (value: number) => formatNumber(value, 1, language);
  return (
    <span className="quiet">
      {outdoor
        ? t('network.outdoor', {
            median: c(outdoor.median_c),
            filtered: c(outdoor.filtered_c),
            sensors: outdoor.sensors,
          })
        : t('network.noOutdoor')}
      {doubted.length > 0 && ` ${t('network.doubted', { stations: doubted.join(', ') })}`}
    </span>
  );
}

export function NetworkView({ tab }: { tab: string | undefined }) {
  const { t } = useWords();
  const current = TABS.find((each) => each === tab) ?? 'balance';
  const View = VIEWS[current];
  return (
    <div className="engineering network">
      <header className="view-head">
        <h1>{t('network.title')}</h1>
        <Outdoor />
      </header>
      <nav className="tabs" aria-label={t('network.tabs')}>
        {TABS.map((each) => (
          <Link
            key={each}
            href={each === 'balance' ? '/network' : `/network/${each}`}
            aria-current={each === current ? 'page' : undefined}
          >
            {t(`network.${each}`)}
          </Link>
        ))}
      </nav>
      <View />
    </div>
  );
}
