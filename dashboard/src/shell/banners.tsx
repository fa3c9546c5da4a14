/** What concerns the whole screen: lost connection, another epoch, lagging history. */
import { useState } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { Problem } from '@heat-center/api/common.ts';
import type { CenterTrouble, CenterView } from '@heat-center/api/live.ts';
import { api, problemOf } from '../api.ts';
import { useCenter, useConnection, useLive } from '../feed/context.tsx';
import { formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { wordFor } from '../i18n/index.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { spanText } from '../parts/reason-text.ts';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';

const NAMED = 3;

function ConnectionBanner() {
  const words = useWords();
  const { clock } = useLive();
  const { phase, since } = useConnection();
  if (phase === 'live') return null;
  const at = clock.fromLocal(since);
  return (
    <div className={`banner ${phase}`} role="status">
      {phase === 'lost'
        ? words.t('banner.lost', { time: formatTime(at, 'clock', words) })
        : words.t('banner.connecting')}
    </div>
  );
}

function TakeOver({ epoch }: { epoch: number }) {
  const { t } = useWords();
  const [problem, setProblem] = useState<Problem | null>(null);
  const confirm = async (close: () => void) => {
    try {
      await api.confirmEpoch();
      close();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <DialogTrigger>
      <Button className="button">{t('banner.epochAction')}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog role="alertdialog">
            {({ close }) => (
              <>
                <Heading slot="title">{t('banner.epochTitle')}</Heading>
                <p>{t('banner.epochBody')}</p>
                {problem && <ProblemNote problem={problem} />}
                <div className="actions">
                  <Button className="button" onPress={close}>
                    {t('wish.cancel')}
                  </Button>
                  <Button className="button primary" onPress={() => void confirm(close)}>
                    {t('banner.epochButton', { epoch })}
                  </Button>
                </div>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function EpochBanner({ conflicts }: { conflicts: CenterView['epoch_conflicts'] }) {
  const { t } = useWords();
  const may = useMay();
  if (conflicts.length === 0) return null;
  const epoch = Math.max(...conflicts.map((conflict) => conflict.epoch));
  const named = conflicts.slice(0, NAMED).map(({ station }) => station);
  const list = named.join(', ');
  const count = conflicts.length - named.length;
  const stations = count === 0 ? list : t('banner.epochMore', { stations: list, count });
  return (
    <div className="banner attention" role="alert">
      <span>{t('banner.epoch', { epoch, stations })}</span>
      {may('confirm_epoch') && <TakeOver epoch={epoch} />}
    </div>
  );
}

/** Troubles that keep the center from its promises stand out; the others are told. */
const GRAVE: ReadonlySet<CenterTrouble['code']> = new Set([
  'journal_unwritable',
  'disk_low',
  'broker_away',
  'clock_off',
  'history_stopped',
  'source_short',
  'source_over',
]);

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

function TroubleBanner({ trouble: { code, since, params } }: { trouble: CenterTrouble }) {
  const words = useWords();
  const { t, language } = words;
  const free_gib = formatNumber(numberOf(params['free_mib']) / 1024, 1, language);
  const text = wordFor(t, `trouble.${code}`, {
    time: formatTime(since, 'dateTime', words),
    age: spanText(roughly(numberOf(params['behind_s'])), words),
    free: `${free_gib} GiB`,
    share: `${formatNumber(numberOf(params['share_pct'] ?? 100), 0, language)} %`,
    lines: formatNumber(numberOf(params['lines']), 0, language),
    detail: params['detail'] ?? '',
    off: spanText(roughly(Math.abs(numberOf(params['off_s']))), words),
    side: t(numberOf(params['off_s']) < 0 ? 'trouble.behind' : 'trouble.ahead'),
  });
  const hours = params['hours_left'];
  return (
    <div
      className={GRAVE.has(code) ? 'banner attention' : 'banner'}
      role={GRAVE.has(code) ? 'alert' : 'status'}
    >
      <span>
        {text}
        {typeof hours === 'number' && (
          <b> {t('trouble.disk_hours', { time: spanText(roughly(hours * 3600), words) })}</b>
        )}
      </span>
    </div>
  );
}

/** Seconds below two minutes, then whole minutes, then whole hours. */
function roughly(s: number): number {
  const unit = s < 120 ? 1 : s < 7200 ? 60 : 3600;
  return Math.round(s / unit) * unit;
}

export function Banners() {
  const center = useCenter();
  return (
    <>
      <ConnectionBanner />
      {center?.troubles.map((trouble) => (
        <TroubleBanner key={trouble.code} trouble={trouble} />
      ))}
      <EpochBanner conflicts={center?.epoch_conflicts ?? []} />
    </>
  );
}
