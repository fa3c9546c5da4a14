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
  Radio,
  RadioGroup,
  TextField,
} from 'react-aria-components';
import { api, problemOf } from '../api.ts';
import { useConnection, useLive } from '../feed/context.tsx';
import { formatTime } from '../format/time.ts';
import { wordFor } from '../i18n/index.ts';
import { reasonParts } from '../model/reason.ts';
import { effectOf, quantityNow, wishable } from '../model/wish.ts';
import type { Quantity } from '../model/wish.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { quantity, unitOf } from '../parts/reason-text.ts';
import { Scale } from '../parts/scale.tsx';
import { useWords } from '../parts/words.ts';

const HOLDS = { h1: 3600, h4: 14_400, h12: 43_200, h24: 86_400, d3: 259_200 } as const;
type Hold = keyof typeof HOLDS;
const HOLD_KEYS = Object.keys(HOLDS).filter((key): key is Hold => key in HOLDS);

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly choose: (value: T) => void;
}

function Choice<T extends string>({ label, value, options, choose }: ChoiceProps<T>) {
  return (
    <RadioGroup
      className="segments"
      orientation="horizontal"
      value={value}
      onChange={(next) => {
        const found = options.find((option) => option.value === next);
        if (found) choose(found.value);
      }}
    >
      <Label>{label}</Label>
      <div className="segment-list">
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className="segment">
            {option.text}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** Allowed range with the rules that bind it, on a scale with now and wished. */
function Range({ now, wished }: { now: Quantity; wished: number }) {
  const words = useWords();
  const { t } = words;
  const { min, max, minBy, maxBy } = now.range;
  if (min === null && max === null) return null;
  const show = (value: number | null) =>
    value === null ? t('circuit.open') : quantity(value, now.name, words);
  const rules = [minBy, maxBy].flatMap((reason) => (reason ? [wordFor(t, `rule.${reason.code}`)] : []));
  const low = (min ?? Math.min(wished, now.value ?? wished)) - 2;
  const high = (max ?? Math.max(wished, now.value ?? wished)) + 2;
  return (
    <div className="wish-range">
      <Scale
        low={low}
        high={high}
        value={now.value}
        set={wished}
        min={min ?? undefined}
        max={max ?? undefined}
      />
      <p className="quiet">
        {t('wish.allowed', { min: show(min), max: show(max) })}
        {rules.length > 0 && ` · ${[...new Set(rules)].join(', ')}`}
      </p>
    </div>
  );
}

/** What to expect, how long it holds, what comes after. */
function Effects({ view, circuit, now, wished, until }: EffectsProps) {
  const words = useWords();
  const { t } = words;
  const ramp = view.circuits.find(({ id }) => id === circuit)?.limits?.ramp_k_per_min;
  const effect = effectOf(now, wished, ramp);
  const warmth = now.name === 'supply_c';
  const source = now.decided ? reasonParts(now.decided) : undefined;
  return (
    <ul className="effects">
      {effect.direction === 'same' && <li>{t('wish.same')}</li>}
      {effect.direction === 'up' && <li>{t(warmth ? 'wish.warmer' : 'wish.moreFlow')}</li>}
      {effect.direction === 'down' && <li>{t(warmth ? 'wish.cooler' : 'wish.lessFlow')}</li>}
      {effect.minutes !== null && effect.rate_k_per_min !== null && effect.direction !== 'same' && (
        <li>{t('wish.ramp', { minutes: effect.minutes, rate: `${effect.rate_k_per_min} K` })}</li>
      )}
      {effect.heldBack && (
        <li>
          {t('wish.heldBack', {
            limit: wordFor(t, `rule.${effect.heldBack.code}`),
            max: quantity(effect.heldBack.max, now.name, words),
          })}
        </li>
      )}
      <li>
        {t('wish.until', { time: formatTime(until, 'zoned', words) })}
        {words.language === 'zh' ? '。' : '. '}
        {source?.source && source.wanted !== null
          ? t('wish.after', {
              source: wordFor(t, `rule.${source.source.code}`),
              value: quantity(source.wanted, now.name, words),
            })
          : t('wish.afterPlain')}
      </li>
    </ul>
  );
}

interface EffectsProps {
  readonly view: StationView;
  readonly circuit: string;
  readonly now: Quantity;
  readonly wished: number;
  readonly until: number;
}

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
        <Button className="button primary" type="submit" isDisabled={outside || sending || phase !== 'live'}>
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
