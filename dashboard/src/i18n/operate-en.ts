/** What stopping and closing, and the center's own troubles, say in English. */
export const operateEn = {
  operate: {
    equipment: 'Pumps and valve of {{circuit}}',
    pump: 'pump {{name}}',
    valve: 'control valve',
    verb: { stop: 'Stop', close: 'Close' },
    again: { stop: 'Start again', close: 'Open again' },
    held: { stop: 'Stopped by {{by}} until {{time}}', close: 'Closed by {{by}} until {{time}}' },
    title: { stop: 'Stop {{what}} of {{circuit}}', close: 'Close {{what}} of {{circuit}}' },
    wished: { stop: 'stopped', close: 'closed' },
    hold: 'For',
    holds: { min15: '15 min', h1: '1 h', h4: '4 h' },
    noHeatPump: 'No other pump runs: homes on {{circuit}}{{area}} get no heat until it runs again.',
    noHeatValve: 'Homes on {{circuit}}{{area}} get no heat until it opens again.',
    others: 'Pump {{others}} goes on: homes keep their heat, with less water if one alone is too small.',
    until: 'Ends by itself at {{time}}; frost protection ends it sooner.',
    after: 'After that the station’s own control decides again.',
    select: 'Select {{what}}',
    selecting: 'Waiting for the station',
    selected: 'Selected. The station waits {{s}} s more for the order.',
    lapsed: 'The selection ended without an order. Select again.',
    button: { stop: 'Stop {{what}} for {{hold}}', close: 'Close {{what}} for {{hold}}' },
  },
  trouble: {
    journal_unwritable:
      'The center cannot write to its disk since {{time}}. Nothing is acknowledged; stations keep their samples. Free space on the disk. ({{detail}})',
    disk_low: 'The center’s disk is getting full: {{free}} left. Free space or make it larger.',
    disk_hours: 'If it goes on like this, nothing is acknowledged any more in {{time}}.',
    clock_off:
      'The clock of the center’s machine jumped at {{time}} and is {{off}} {{side}}. The center goes on by its own time; nothing is lost. Set the machine’s clock, or start the center again if it is right.',
    ahead: 'ahead',
    behind: 'behind',
    broker_away:
      'The external broker has not been reached since {{time}}. Stations keep their samples. Check the broker. ({{detail}})',
    history_stopped:
      'History takes nothing since {{time}}; it is {{age}} behind. Nothing is lost: the journal keeps it. ({{detail}})',
    history_behind: 'History catches up and is {{age}} behind. Live values are current.',
    history_set_aside:
      'InfluxDB refused {{lines}} lines for good since {{time}}. They lie beside the embedded history, with the reason.',
    source_short:
      'The source is short since {{time}}: heat is shared, ordinary stations get at most {{share}} of their design heat.',
    source_over:
      'The source is short since {{time}}, and its limit cannot be kept: all stations are at their floors or are not led.',
    source_recovering: 'The limit of the source is over since {{time}}; heat comes back in steps.',
    source_suspected:
      'The source seems short since {{time}}, but nobody has set a limit. Look at the source, then set what it can give.',
    planner_stopped:
      'No plan of peak shaving could be made since {{time}}. The last one fades out within 3 h; control goes on. ({{detail}})',
  },
  lost: {
    samples_one: '{{count}} sample was lost on site, told {{time}}: the station’s store was full.',
    samples_other: '{{count}} samples were lost on site, told {{time}}: the station’s store was full.',
  },
};
