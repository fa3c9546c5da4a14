import { describe, expect, it } from 'vitest';
import { canonical, changeText, settingsText } from '../model/change-text.ts';
import { auditQueryOf, NO_FILTER, readLogChoice, writeLogChoice } from './choice.ts';

describe('the log', () => {
  it('keeps its filter in the address', () => {
    const choice = { by: 'li.wei', action: 'wish', subject: 'yingze-1', span: 'd30' } as const;
    expect(readLogChoice(writeLogChoice(choice))).toEqual(choice);
    expect(writeLogChoice(NO_FILTER).toString()).toBe('');
    expect(readLogChoice(new URLSearchParams('span=never'))).toEqual(NO_FILTER);
  });

  it('asks for no more than was chosen', () => {
    expect(auditQueryOf({ ...NO_FILTER, span: 'all' }, 5e12).toString()).toBe('');
    const query = auditQueryOf({ ...NO_FILTER, by: 'a' }, 1_000_000_000_000, 17);
    expect(query.toString()).toBe('by=a&from=999395200000&before=17');
  });

  it('says of a change what differs, and nothing else', () => {
    const before = '{"role":"viewer","disabled":false,"full_name":null}';
    const after = '{"role":"operator","disabled":false,"full_name":"Li"}';
    expect(changeText({ before, after })).toBe('role: viewer → operator, full_name: null → Li');
    expect(changeText({ before: null, after: '{"kind":"cancel","n":2}' })).toBe('kind: cancel, n: 2');
    expect(changeText({ before: null, after: null })).toBe('');
    expect(changeText({ before: null, after: 'no JSON' })).toBe('no JSON');
  });

  it('says of settings that came or went what they were', () => {
    expect(settingsText('{"a":1,"b":2}', '{"a":1,"b":3}')).toBe('b: 2 → 3');
    expect(settingsText('{"a":1}', 'null')).toBe('a: 1 → –');
    expect(settingsText('null', '{"a":1}', { nameOf: () => 'Heat' })).toBe('Heat: – → 1');
    expect(settingsText('[1]', 'null')).toBe('[1] → –');
  });

  it('knows the same settings in whatever order they came', () => {
    expect(canonical({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(canonical({ a: 1 })).not.toBe(canonical({ a: 2 }));
    expect(canonical(undefined)).toBe('null');
  });
});
