/** Sample flats that correct a circuit's curve. */
import { useState } from 'react';
import { CheckboxGroup, Checkbox } from 'react-aria-components';
import { formatNumber } from '../format/number.ts';
import { typedNumber } from '../model/schedule.ts';
import { isFaulty } from '../model/settings.ts';
import { Choice } from '../parts/choice.tsx';
import { NumberText } from '../parts/fields.tsx';
import { Value } from '../parts/value.tsx';
import { useWords } from '../parts/words.ts';
import { SettingForm, settingFaults } from './setting-dialog.tsx';
import type { SettingProps } from './setting-dialog.tsx';

/** Rooms that the station reports, and those that are set though they are silent. */
function roomsOf({ view, circuit }: SettingProps): string[] {
  const reported = Object.keys(view.points).flatMap((point) =>
    point.startsWith('rooms.') ? [point.split('.')[1] ?? ''] : [],
  );
  return [...new Set([...reported, ...(circuit.room_feedback?.rooms ?? [])])].toSorted();
}

interface Draft {
  readonly which: 'all' | 'chosen';
  readonly rooms: readonly string[];
  readonly target_c: string;
}

export function RoomsDialog(props: SettingProps) {
  const { view, circuit } = props;
  const { t, language } = useWords();
  const known = roomsOf(props);
  const was = circuit.room_feedback;
  const [edited, setEdited] = useState<Draft>();
  const draft = edited ?? {
    which: was?.rooms ? 'chosen' : 'all',
    rooms: was?.rooms ?? known,
    target_c: was?.target_c === undefined ? '' : String(was.target_c),
  };
  const value = {
    ...(draft.which === 'chosen' ? { rooms: draft.rooms } : {}),
    ...(draft.target_c.trim() === '' ? {} : { target_c: typedNumber(draft.target_c) }),
  };
  const faults = settingFaults(props, 'room_feedback', value);
  return (
    <SettingForm
      {...props}
      edited={edited !== undefined}
      setting="room_feedback"
      value={value}
      faults={faults}
      title={t('roomsForm.title', { circuit: circuit.id })}
      clear={was ? t('roomsForm.clear') : undefined}
    >
      <NumberText
        label={t('field.target_c')}
        unit="°C"
        value={draft.target_c}
        set={(target_c) => setEdited({ ...draft, target_c })}
        usual={formatNumber(circuit.design?.room_c ?? 18, 0, language)}
        wrong={isFaulty(faults, 'room_feedback.target_c')}
      />
      <Choice
        label={t('field.rooms')}
        value={draft.which}
        options={[
          { value: 'all', text: t('roomsForm.all') },
          { value: 'chosen', text: t('roomsForm.chosen') },
        ]}
        choose={(which) => setEdited({ ...draft, which })}
      />
      {known.length === 0 && <p className="quiet">{t('roomsForm.none')}</p>}
      {draft.which === 'chosen' && (
        <CheckboxGroup
          className="check-list"
          aria-label={t('field.rooms')}
          value={[...draft.rooms]}
          onChange={(rooms) => setEdited({ ...draft, rooms })}
        >
          {known.map((room) => (
            <Checkbox key={room} value={room} className="check">
              <span className="check-box" aria-hidden="true" />
              <span className="circuit-id">{room}</span>
              <Value
                point={`rooms.${room}.air_c`}
                tuple={view.points[`rooms.${room}.air_c`]}
                every_s={view.every_s}
              />
            </Checkbox>
          ))}
        </CheckboxGroup>
      )}
      <ul className="effects">
        <li>{t('roomsForm.meaning')}</li>
      </ul>
    </SettingForm>
  );
}
