/** An operator's wish: now → wished, the allowed range, how long, what comes after, one button. */
import type { Problem } from '@heat-center/api/common.ts';
import type { SetpointName, StationView } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import type { FormEvent } from 'react';
import {
  Button,
  Dialog,
  Form,
  Group,
  Heading,
  I18nProvider,
  Input,
  Label,
  Modal,
  ModalOverlay,
  NumberField,
  TextField,
} from 'react-aria-components';
import { api, problemOf } from '../api.ts';
import { useConnection, useLive } from '../feed/context.tsx';
import { quantityNow, wishable } from '../model/wish.ts';
import type { Quantity } from '../model/wish.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { quantity, unitOf } from '../parts/reason-text.ts';
import { useWords } from '../parts/words.ts';
import { Choice } from '../parts/choice.tsx';
import { Effects, Range } from './wish-parts.tsx';

const HOLDS = { h1: 3600, h4: 14_400, h12: 43_200, h24: 86_400, d3: 259_200 } as const;
type Hold = keyof typeof HOLDS;
const HOLD_KEYS = Object.keys(HOLDS).filter((key): key is Hold => key in HOLDS);

interface WishProps {
  readonly view: StationView;
  readonly circuit: string;
  readonly close: () => void;
  readonly sent: () => void;
}

/** The field snaps to it, so the wish starts there. */
const stepOf = (name: SetpointName): number => (name === 'supply_c' ? 0.5 : 1);

function startOf(now: Quantity): number {
  const start = now.set ?? now.decided?.value ?? now.value ?? now.range.min ?? 0;
  const step = stepOf(now.name);
  return Math.round(start / step) * step;
}

function WishForm({ view, circuit, close, sent }: WishProps) {
  const words = useWords();
  const { t, language } = words;
  const { clock } = useLive();
  const { phase } = useConnection();
  const names = wishable(view, circuit);
  const [name, setName] = useState<SetpointName>(names[0] ?? 'supply_c');
  const now = quantityNow(view, circuit, name);
  const [wished, setWished] = useState(() => startOf(now));
  const [hold, setHold] = useState<Hold>('h4');
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const { unit, decimals } = unitOf(name);
  const { min, max } = now.range;
  const outside = Number.isNaN(wished) || (min !== null && wished < min) || (max !== null && wished > max);
  const asked = Number.isNaN(wished) ? '–' : quantity(wished, name, words);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (outside || sending || phase !== 'live') return;
    setSending(true);
    setProblem(null);
    try {
      await api.wish(view.id, { kind: 'setpoints', circuit, [name]: wished, hold_s: HOLDS[hold], reason });
      sent();
      close();
    } catch (error) {
      setProblem(problemOf(error));
      setSending(false);
    }
  };

  return (
    <Form className="wish" onSubmit={(event) => void submit(event)}>
      {names.length > 1 && (
        <Choice
          label={t('wish.quantity')}
          value={name}
          options={names.map((value) => ({ value, text: t(`setpoint.${value}`) }))}
          choose={(next) => {
            setName(next);
            setWished(startOf(quantityNow(view, circuit, next)));
          }}
        />
      )}
      <div className="now-wished">
        <div>
          <span className="label">{t('wish.now')}</span>
          <span className="big">{now.value === null ? '–' : quantity(now.value, name, words)}</span>
          <span className="quiet">
            {now.set !== null && t('wish.setNow', { value: quantity(now.set, name, words) })}
          </span>
        </div>
        <span className="to" aria-hidden="true">
          →
        </span>
        <I18nProvider locale={language === 'zh' ? 'zh-CN' : 'en-GB'}>
          <NumberField
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing to enter in a dialog just asked for
            autoFocus
            value={wished}
            onChange={setWished}
            step={stepOf(name)}
            formatOptions={{ minimumFractionDigits: decimals, maximumFractionDigits: decimals }}
            isInvalid={outside}
          >
            <Label>{t('wish.wished')}</Label>
            <Group className="number-field">
              <Button slot="decrement">−</Button>
              <Input onFocus={(event) => event.currentTarget.select()} />
              <span className="unit">{unit}</span>
              <Button slot="increment">+</Button>
            </Group>
          </NumberField>
        </I18nProvider>
      </div>
      <Range now={now} wished={Number.isNaN(wished) ? (now.set ?? 0) : wished} />
      <Choice
        label={t('wish.hold')}
        value={hold}
        options={HOLD_KEYS.map((value) => ({ value, text: t(`wish.holds.${value}`) }))}
        choose={setHold}
      />
      {!Number.isNaN(wished) && (
        <Effects
          view={view}
          circuit={circuit}
          now={now}
          wished={wished}
          until={clock.now() + HOLDS[hold] * 1000}
        />
      )}
      <TextField value={reason} onChange={setReason} maxLength={500}>
        <Label>{t('wish.reason')}</Label>
        <Input />
      </TextField>
      {problem && <ProblemNote problem={problem} />}
      {phase !== 'live' && <p className="problem">{t('wish.lost')}</p>}
      <div className="actions">
        <Button className="button" onPress={close}>
          {t('wish.cancel')}
        </Button>
        <Button
          className="button primary"
          type="submit"
          isPending={sending}
          isDisabled={outside || phase !== 'live'}
        >
          {outside
            ? t('wish.outside')
            : sending
              ? t('wish.sending')
              : t('wish.button', { value: asked, hold: t(`wish.holds.${hold}`) })}
        </Button>
      </div>
    </Form>
  );
}

export function WishDialog(props: WishProps) {
  const { t } = useWords();
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) props.close();
      }}
    >
      <Modal className="modal">
        <Dialog>
          <Heading slot="title">{t('wish.title', { circuit: props.circuit })}</Heading>
          <WishForm {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
