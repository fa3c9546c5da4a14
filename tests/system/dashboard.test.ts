/** A person at the screen: a real browser, the built dashboard, a real center and three simulated stations. */
import type { CommandView } from '@heat-center/api/commands.ts';
import type { NetworkSettings } from '@heat-center/api/network.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import { weekdayName } from '@heat-center/dashboard/format/time.ts';
import { en } from '@heat-center/dashboard/i18n/en.ts';
import { zh } from '@heat-center/dashboard/i18n/zh.ts';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, launchBrowser, PHONE, WIDE } from '../support/browser.ts';
import { readJson, removeDataDir } from '../support/center.ts';
import { choose, complaints, framed, lengths, overhang, panel, rows, saying } from '../support/screen.ts';
import { startCity, type City } from '../support/supervisor.ts';

/** What the button says that changes a setting. */
const changing = (what: string, circuit: string): string =>
  en.setting.changeOf.replace('{{what}}', what).replace('{{circuit}}', circuit);

const STATIONS = 3;
const LOOK_MS = 20_000;

/** Asks until it is so; a second, the default, is short where a browser and a city share two cores. */
const eventually = <T>(get: () => T) => expect.poll(get, { timeout: LOOK_MS });

if (CHROMIUM === undefined) {
  console.warn(
    'SKIPPED: the dashboard in a browser, as there is no chromium. Install it (Debian: chromium).',
  );
}

describe.skipIf(CHROMIUM === undefined)('the dashboard', () => {
  let city: City;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let heard: string[];
  let station = '';
  /** Rows of the overview. */
  let all = 0;

  const registered = async (): Promise<StationView[]> =>
    (await city.get<{ stations: StationView[] }>('/api/v1/stations')).stations;
  /** A city may have a heat source besides, which is a row but follows nothing. */
  const stations = async (): Promise<StationView[]> =>
    (await registered()).filter(({ kind }) => kind === 'station');

  beforeAll(async () => {
    [city, browser] = await Promise.all([startCity(STATIONS), launchBrowser()]);
    context = await browser.newContext({ viewport: WIDE, locale: 'en-GB' });
    context.setDefaultTimeout(LOOK_MS);
    heard = complaints(context);
    page = await context.newPage();
  });
  // What follows a step that failed would only wait in vain.
  let failed = false;
  beforeEach((test) => test.skip(failed, 'an earlier step failed'));
  afterEach(({ task }) => {
    failed ||= task.result?.state === 'fail';
  });
  afterAll(async () => {
    await browser.close();
    await city.stop();
    await removeDataDir(city.dir);
  });

  it('is built, and its stations follow the center', async () => {
    await expect.poll(() => city.log(), { timeout: 60_000 }).toContain('the dashboard is ready');
    // A wish is taken only once a station follows the center.
    const follow = async (): Promise<boolean> =>
      (await stations()).filter(({ mode, state, points }) => {
        const follows = Object.entries(points).find(([point]) => point.endsWith('.follows'));
        return mode === 'remote' && state === 'good' && follows?.[1][1] === 'center';
      }).length === STATIONS;
    await expect.poll(follow, { timeout: 60_000 }).toBe(true);
  });

  it('signs in by the printed link, which leaves no token in the address', async () => {
    expect(city.link).toMatch(/#login=/);
    await page.goto(city.link);
    await rows(page).first().waitFor();
    expect(page.url()).toBe(`${city.url}/`);
  });

  it('shows all stations live, marked as simulated', async () => {
    all = (await registered()).length;
    await eventually(() => rows(page).count()).toBe(all);
    await page.getByText(en.bar.live, { exact: true }).waitFor();
    const names = await rows(page).getByRole('link').allInnerTexts();
    expect(new Set(names)).toEqual(new Set((await registered()).map(({ name }) => name.en)));
    expect(await rows(page).getByTitle(en.tag.simulated).count()).toBe(all);
    // Each row has a measured supply temperature; none is old.
    expect(await rows(page).getByText('°C').count()).toBeGreaterThanOrEqual(STATIONS);
    await eventually(async () => (await framed(page))[0]).toBe(0);
  });

  it('keeps search and filter in the address', async () => {
    const [chosen] = await stations();
    station = chosen!.id;
    await page.getByRole('searchbox').fill(chosen!.name.en ?? station);
    await eventually(() => rows(page).count()).toBe(1);
    await page
      .getByRole('group', { name: en.overview.states })
      .getByRole('button', { name: en.state.good })
      .click();
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('q')).toBe(chosen!.name.en);
    expect(searchParams.get('state')).toBe('good');
    await page.reload();
    await eventually(() => rows(page).count()).toBe(1);
    expect(await page.getByRole('searchbox').inputValue()).toBe(chosen!.name.en);
    await page.getByRole('button', { name: en.overview.clear }).click();
    await eventually(() => rows(page).count()).toBe(all);
    expect(new URL(page.url()).search).toBe('');
  });

  it('is walked through by the arrow keys', async () => {
    const links = rows(page).getByRole('link');
    await links.first().focus();
    await page.keyboard.press('ArrowDown');
    const focused = () => page.evaluate('document.activeElement.textContent');
    await eventually(focused).toBe(await links.nth(1).textContent());
    await page.keyboard.press('ArrowUp');
    await eventually(focused).toBe(await links.first().textContent());
    // Tab enters and leaves the rows at one place.
    expect(await rows(page).locator('a[tabindex="0"]').count()).toBe(1);
  });

  it('opens a station with its scheme, setpoints, reasons and trend', async () => {
    const view = (await stations()).find(({ id }) => id === station)!;
    await rows(page).getByRole('link', { name: view.name.en!, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: view.name.en! }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/stations/${station}`);
    const scheme = page.getByRole('group', { name: en.scheme.label });
    await scheme.getByRole('button').first().waitFor();
    const values = await scheme.getByRole('button').allTextContents();
    expect(values.filter((text) => /\d.*°C/s.test(text)).length).toBeGreaterThanOrEqual(4);
    expect(await panel(page, en.station.setpoints).innerText()).toMatch(
      new RegExp(en.rule.weather_curve, 'i'),
    );
    const chart = page.getByRole('img', { name: saying(en.trend.chart) }).first();
    // Six hours wide, though the city is young: two days before it are filled in.
    await eventually(async () => (await lengths(chart)).some((length) => length > 400)).toBe(true);
    await scheme.getByRole('button').first().click();
    expect(new URL(page.url()).searchParams.get('points')).not.toBeNull();
  });

  it('speaks Chinese and English', async () => {
    await choose(page, en.bar.language, zh.language.zh);
    await page.getByRole('heading', { name: zh.station.setpoints, exact: true }).waitFor();
    const view = (await stations()).find(({ id }) => id === station)!;
    await page.getByRole('heading', { level: 1, name: view.name.zh! }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await choose(page, zh.bar.language, en.language.en);
    await page.getByRole('heading', { name: en.station.setpoints, exact: true }).waitFor();
  });

  it('follows a wish until the station works to it, and undoes it', async () => {
    const change = page.getByRole('button', { name: en.circuit.change, exact: true }).first();
    await change.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(saying(en.wish.allowed.replace('{{max}}', '{{max}}{{rest}}'))).waitFor();
    await dialog.getByRole('textbox', { name: en.wish.wished }).press('ArrowUp');
    await dialog.getByLabel(en.wish.reason).fill('a test at the screen');
    await dialog.getByRole('button', { name: saying(en.wish.button) }).click();
    await dialog.waitFor({ state: 'detached' });
    const wish = panel(page, en.station.commands)
      .getByRole('listitem')
      .filter({ hasText: 'a test at the screen' })
      .first();
    await wish.waitFor();
    const find = async (): Promise<CommandView | undefined> => {
      const { commands } = await city.get<{ commands: CommandView[] }>(`/api/v1/stations/${station}`);
      return commands.find(({ reason }) => reason === 'a test at the screen');
    };
    const steps = wish.getByRole('list', { name: en.commands.steps });
    /** A step that was taken carries its time. */
    const taken = (state: string): Locator =>
      steps
        .getByRole('listitem')
        .filter({ hasText: state })
        .filter({ has: page.getByRole('time') });
    for (const state of ['sent', 'accepted', 'applied'] as const) {
      await taken(en.commandState[state]).waitFor({ timeout: 45_000 });
    }
    const applied = (await find())!;
    expect(applied.steps.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['pending', 'sent', 'accepted', 'applied']),
    );
    expect(applied.kind).toBe('setpoints');

    await wish.getByRole('button', { name: en.commands.undo }).click();
    await taken(en.commandState.cancelled).waitFor();
    await eventually(async () => (await find())?.state).toBe('cancelled');
    await wish.getByRole('button', { name: en.commands.undo }).waitFor({ state: 'detached' });
  });

  it('refuses a wish out of range before it is sent, and says what the center says where it gets there', async () => {
    const change = page.getByRole('button', { name: en.circuit.change, exact: true }).first();
    const dialog = page.getByRole('dialog');
    await change.click();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await eventually(() => page.evaluate('document.activeElement.textContent')).toBe(en.circuit.change);
    await change.click();
    const field = dialog.getByRole('textbox', { name: en.wish.wished });
    await field.fill('99');
    await field.press('Tab');
    expect(await dialog.getByRole('button', { name: en.wish.outside }).isDisabled()).toBe(true);
    // Limits can change while the dialog is open: the center has the last word.
    await page.route('**/commands', (route) => {
      const body = { ...(route.request().postDataJSON() as object), supply_c: 99 };
      return route.continue({ postData: JSON.stringify(body) });
    });
    await field.fill('50');
    await field.press('Tab');
    await dialog.getByRole('button', { name: saying(en.wish.button) }).click();
    const problem = dialog.getByRole('alert');
    await problem.waitFor();
    expect(await problem.innerText()).toContain(en.error.out_of_range.meaning);
    expect(await problem.innerText()).toContain(en.error.out_of_range.remedy);
    await page.unroute('**/commands');
    // The refused wish leaves the keyboard where it was.
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('shows points of several stations together, at an address that can be sent', async () => {
    await page.getByRole('link', { name: en.nav.trends }).click();
    const add = page.getByRole('button', { name: en.trends.add, exact: true });
    const chosen = page.getByRole('list', { name: en.trends.chosen }).getByRole('listitem');
    const [first, second] = (await stations()).map(({ name }) => name.en ?? '');
    for (const [index, name] of [first, second].entries()) {
      await page.getByLabel(en.trends.station, { exact: true }).selectOption({ label: name ?? '' });
      await add.click();
      await eventually(() => chosen.count()).toBe(index + 1);
    }
    const chart = page.getByRole('img', { name: saying(en.trend.chart) }).first();
    const long = async () => (await lengths(chart)).filter((length) => length > 300).length;
    await eventually(long).toBe(2);
    await page.getByRole('button', { name: en.trends.earlier.d1, exact: true }).click();
    // Two days before the start are filled in, so yesterday has a course too.
    await eventually(long).toBe(4);
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('lines')?.split(',')).toHaveLength(2);
    expect(searchParams.get('earlier')).toBe('d1');
    await page.reload();
    await eventually(long).toBe(4);
    await page.goBack();
  });

  it('sets a schedule, of which the coming week shows the hours', async () => {
    await page.goto(`${city.url}/stations/${station}`);
    const control = panel(page, en.setting.title);
    const settings = async () =>
      (await stations()).find(({ id }) => id === station)?.circuits[0] ?? { id: '', schedule: undefined };
    const { id } = await settings();
    const open = control.getByRole('button', { name: changing(en.setting.schedule, id) });
    const dialog = page.getByRole('dialog');
    await open.click();
    await dialog.getByRole('button', { name: weekdayName(7, 'en'), exact: true }).click();
    const until = dialog.getByLabel(
      en.schedule.timeOf.replace('{{what}}', en.field.to).replace('{{number}}', '1'),
    );
    await until.fill('2330');
    await until.press('Tab');
    await dialog.getByText(en.schedule.hours.replace('{{hours}}', '105')).waitFor();
    const lower = dialog.getByLabel(en.field.room_k);
    await lower.fill('12');
    await dialog.getByText(saying(en.fault.most)).waitFor();
    await lower.fill('2.5');
    await dialog.getByRole('button', { name: en.setting.save, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await settings()).schedule).toEqual({
      comfort: [{ days: [1, 2, 3, 4, 5, 6], from: '06:00', to: '23:30' }],
      night: { kind: 'setback', room_k: 2.5 },
      start: 'optimised',
    });
    await control.getByText('Mon–Sat 06:00–23:30', { exact: false }).waitFor();
    await control.getByRole('button', { name: en.schedule.showWeek }).click();
    expect(await control.getByTitle('06:00–23:30').count()).toBe(6);
    await open.click();
    await dialog.getByRole('button', { name: en.schedule.clear }).click();
    await dialog.waitFor({ state: 'detached' });
    await eventually(async () => (await settings()).schedule).toBeUndefined();
  });

  it('shows what a shifted curve would have asked for in the last days', async () => {
    const control = panel(page, en.setting.title);
    const dialog = page.getByRole('dialog');
    const circuit = (await stations()).find(({ id }) => id === station)?.circuits[0]?.id ?? '';
    await control.getByRole('button', { name: changing(en.setting.curve, circuit) }).click();
    const said = dialog.getByText(saying(en.curve.past.difference));
    await said.waitFor();
    const mean = async () =>
      Number(/[+−]?[\d.]+/.exec((await said.textContent()) ?? '')?.[0].replace('−', '-'));
    const before = await mean();
    await dialog.getByLabel(en.field.shift_k).fill('5');
    await eventually(async () => Math.round((await mean()) - before)).toBe(5);
    expect(
      Math.max(...(await lengths(dialog.getByRole('img', { name: saying(en.trend.chart) })))),
    ).toBeGreaterThan(100);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('balances the network, and shows who is how warm', async () => {
    await page.getByRole('link', { name: en.nav.network }).click();
    await page.getByRole('button', { name: en.balance.change }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(en.network.on, { exact: true }).click();
    await dialog.getByRole('button', { name: en.setting.save, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const heated = (await stations()).flatMap(({ circuits }) =>
      circuits.filter(({ kind }) => kind !== 'dhw'),
    );
    await expect.poll(() => rows(page).count(), { timeout: 80_000 }).toBeGreaterThan(heated.length);
    await panel(page, en.network.balance).getByText(en.network.on, { exact: true }).waitFor();
    await page.getByRole('button', { name: en.balance.sort.warm }).click();
    expect(new URL(page.url()).searchParams.get('sort')).toBe('warm');
  });

  it('says what somebody else set meanwhile, keeps what was typed, and sets it when asked again', async () => {
    await page.getByRole('button', { name: en.balance.change }).click();
    const dialog = page.getByRole('dialog');
    const bound = dialog.getByLabel(en.field.bound_k);
    await bound.fill('3');
    const body = JSON.stringify({ balance: { on: true, bound_k: 2 } });
    const other = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body };
    await page.evaluate(`fetch('/api/v1/network/settings', ${JSON.stringify(other)})`);
    const save = dialog.getByRole('button', { name: en.setting.save, exact: true });
    await save.click();
    await dialog.getByText(`${en.field.bound_k}: 5 → 2`).waitFor();
    expect(await bound.inputValue()).toBe('3');
    await save.click();
    await dialog.waitFor({ state: 'detached' });
    expect(await city.get('/api/v1/network/settings')).toMatchObject({ balance: { on: true, bound_k: 3 } });
  });

  it('limits a short source once it was said twice, and ends that', async () => {
    const limit = async () => (await city.get<NetworkSettings>('/api/v1/network/settings')).source?.limit;
    await page.getByRole('link', { name: en.network.source, exact: true }).click();
    await page.getByRole('button', { name: en.source.setLimit }).click();
    await page.getByLabel(en.field.power_limit_kw, { exact: true }).fill('2000');
    await page.getByLabel(en.wish.reason).fill('a test of the source');
    await page.getByRole('button', { name: en.source.next }).click();
    expect(await limit()).toBeUndefined();
    const sure = page.getByRole('alertdialog');
    await sure.getByText(en.source.each).waitFor();
    await sure.getByText(saying(en.source.effect.until)).waitFor();
    await sure.getByRole('button', { name: saying(en.source.confirm) }).click();
    await sure.waitFor({ state: 'detached' });
    expect(await limit()).toEqual({
      power_max_kw: 2000,
      reason: 'a test of the source',
      until: expect.any(Number),
    });
    await page.getByText(en.source.phase.short, { exact: true }).waitFor();
    await page.getByRole('button', { name: en.source.end }).click();
    await sure.getByRole('button', { name: en.source.end }).click();
    await sure.waitFor({ state: 'detached' });
    expect(await limit()).toBeUndefined();
  });

  it('leaves a station out of the peak plan, and lets it take part again', async () => {
    const excluded = async () =>
      (await city.get<NetworkSettings>('/api/v1/network/settings')).shaving?.excluded;
    const dialog = page.getByRole('dialog');
    const open = () => page.getByRole('button', { name: en.plan.change }).click();
    const save = async () => {
      await dialog.getByRole('button', { name: en.setting.save, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await page.getByRole('link', { name: en.network.plan, exact: true }).click();
    await open();
    await dialog.getByLabel(en.plan.excludedStation, { exact: true }).selectOption(station);
    await dialog.getByRole('button', { name: en.plan.exclude, exact: true }).click();
    await save();
    expect(await excluded()).toEqual([station]);
    await open();
    await dialog.getByRole('button', { name: saying(en.plan.include) }).click();
    await save();
    expect(await excluded()).toBeUndefined();
  });

  it('holds on a phone without scrolling sideways', async () => {
    await page.setViewportSize(PHONE);
    for (const path of ['/network', '/network/source', '/network/plan', '/network/forecast']) {
      await page.goto(city.url + path);
      await page.getByRole('heading', { level: 2 }).first().waitFor();
      await eventually(() => overhang(page)).toBeLessThanOrEqual(0);
    }
    await page.goto(`${city.url}/stations/${station}`);
    await panel(page, en.setting.title).waitFor();
    await panel(page, en.load.title).getByText(en.load.basis, { exact: true }).waitFor();
    await eventually(() => overhang(page)).toBeLessThanOrEqual(0);
    await page.goto(`${city.url}/`);
    await eventually(() => rows(page).count()).toBe(all);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize(WIDE);
  });

  it('complained of nothing on the way', () => {
    // The center's 422 above is shown to the person and noted by the browser.
    expect(heard.filter((text) => !/status of 422/.test(text))).toEqual([]);
  });

  it('says since when the connection is lost, shows every value as old, and comes back by itself', async () => {
    const { pid } = (await readJson(`${city.dir}/run.json`)) as { pid: number };
    const bar = page.getByRole('status').filter({ hasText: saying(en.banner.lost) });
    process.kill(pid, 'SIGSTOP');
    try {
      await bar.waitFor({ timeout: 30_000 });
      const [dashed, drawn] = await framed(page);
      expect(drawn).toBeGreaterThan(STATIONS);
      expect(dashed).toBe(drawn);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await bar.waitFor({ state: 'detached', timeout: 40_000 });
    await page.getByText(en.bar.live, { exact: true }).waitFor();
  });

  it('shows nothing but how to sign in once signed out', async () => {
    await page.getByRole('button', { name: en.bar.menu }).click();
    await page.getByRole('button', { name: en.bar.signOut }).click();
    await page.getByText(en.signIn.body).waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
    await page.goto(`${city.url}/stations/${station}`);
    await page.getByText(en.signIn.body).waitFor();
    await page.goto(city.link);
    await page.getByText(en.signIn.used).waitFor();
    expect(page.url()).not.toContain('login=');
  });
});
