/** What concerns the whole screen: lost connection, another epoch, lagging history. */
import { useState } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { Problem } from '@heat-center/api/common.ts';
import type { CenterView } from '@heat-center/api/live.ts';
import { api, problemOf } from '../api.ts';
import { useCenter, useConnection, useLive } from '../feed/context.tsx';
import { formatTime } from '../format/time.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { spanText } from '../parts/reason-text.ts';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';

/** More than this and trends visibly end early, s. */
const HISTORY_LAG_S = 60;
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

export function Banners() {
  const words = useWords();
  const center = useCenter();
  const lag_s = center?.history_behind_s ?? 0;
  return (
    <>
      <ConnectionBanner />
      <EpochBanner conflicts={center?.epoch_conflicts ?? []} />
      {lag_s > HISTORY_LAG_S && (
        <div className="banner" role="status">
          {words.t('banner.history', { age: spanText(Math.round(lag_s / 60) * 60, words) })}
        </div>
      )}
    </>
  );
}
