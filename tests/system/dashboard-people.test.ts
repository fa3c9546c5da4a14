/** People at the screen: roles, passwords, tokens and the log, in a real browser against a real center. */
import type { NetworkSettings } from '@heat-center/api/network.ts';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from '@heat-center/controller/supervisor/dashboard-build.ts';
import { en } from '@heat-center/dashboard/i18n/en.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, launchBrowser, WIDE } from '../support/browser.ts';
import { controlled, register, removeDataDir, startCenter, type CenterProcess } from '../support/center.ts';
import { startPumpStation, type PumpStation } from '../support/pump-station.ts';
import { complaints, panel, saying } from '../support/screen.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOOK_MS = 20_000;
const OPERATOR = 'wang.fang';
const NEW_PASSWORD = 'kettle-orbit-lantern-41';

const eventually = <T>(get: () => T) => expect.poll(get, { timeout: LOOK_MS });

if (CHROMIUM === undefined) {
  console.warn('SKIPPED: people at the screen, as there is no chromium. Install it (Debian: chromium).');
}

describe.skipIf(CHROMIUM === undefined)('people at the screen', () => {
  let center: CenterProcess;
  let station: PumpStation;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let heard: string[];
  let password = '';

  const rail = () => page.getByRole('navigation').getByRole('link');
  const dialog = () => page.locator('.modal');

  async function signIn(name: string, secret: string): Promise<void> {
    await page.getByLabel(en.signIn.name).fill(name);
    await page.getByLabel(en.signIn.password).fill(secret);
    await page.getByRole('button', { name: en.signIn.button }).click();
  }

  async function signOut(): Promise<void> {
    await page.getByRole('button', { name: en.bar.menu }).click();
    await page.getByRole('button', { name: en.bar.signOut }).click();
    await page.getByLabel(en.signIn.name).waitFor();
  }

  beforeAll(async () => {
    if ((await buildDashboard(ROOT, () => undefined)) === 'failed')
      throw new Error('no dashboard to look at');
    [center, browser] = await Promise.all([startCenter(), launchBrowser()]);
    station = await startPumpStation(center, await register(center, controlled('dongshan-1')));
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
    await station.end();
    await center.stop();
    await removeDataDir(center.dir);
  });

  it('adds a person, whose password is shown once', async () => {
    const { url } = await center.call<{ url: string }>('POST', '/api/v1/session/link');
    await page.goto(url);
    await page.getByRole('link', { name: en.nav.settings }).click();
    await page.getByRole('button', { name: en.settings.addUser }).click();
    await dialog().getByLabel(en.settings.userName).fill(OPERATOR);
    await dialog().getByText(en.role.operator, { exact: true }).click();
    await dialog().getByRole('button', { name: en.settings.addUser }).click();
    await dialog().getByText(en.secret.once).waitFor();
    password = (await dialog().locator('code').textContent()) ?? '';
    expect(password.length).toBeGreaterThanOrEqual(12);
    await dialog().getByRole('button', { name: en.dialog.done }).click();
    const row = panel(page, en.settings.users).getByRole('row').filter({ hasText: OPERATOR });
    await row.getByText(en.role.operator).waitFor();
    expect(await page.getByText(password).count()).toBe(0);
  });

  it('gives a program a token, and takes it back', async () => {
    await page.getByRole('button', { name: en.settings.addToken }).click();
    await dialog().getByLabel(en.settings.tokenName).fill('report');
    await dialog().getByText(en.settings.validDays.d30, { exact: true }).click();
    await dialog().getByRole('button', { name: en.settings.addToken }).click();
    await dialog().getByText(en.secret.once).waitFor();
    const token = (await dialog().locator('code').textContent()) ?? '';
    const asked = async () =>
      (await fetch(`${center.url}/api/v1/stations`, { headers: { authorization: `Bearer ${token}` } }))
        .status;
    expect(await asked()).toBe(200);
    await dialog().getByRole('button', { name: en.dialog.done }).click();
    await page.getByRole('button', { name: en.settings.revoke }).click();
    await dialog().getByRole('button', { name: en.settings.revoke }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(await asked()).toBe(401);
    await page.getByText(en.settings.noTokens).waitFor();
  });

  it('draws a weather curve of six points, refuses a wrong one, and goes back to the design', async () => {
    interface Circuits {
      readonly circuits: readonly { readonly curve?: { readonly points?: readonly unknown[] } }[];
    }
    const points = async () =>
      (await center.call<Circuits>('GET', '/api/v1/stations/dongshan-1')).circuits[0]?.curve?.points;
    await page.goto(`${center.url}/stations/dongshan-1`);
    const open = page.getByRole('button', {
      name: en.setting.changeOf.replace('{{what}}', en.setting.curve).replace('{{circuit}}', 'low'),
    });
    await open.click();
    await dialog().getByText(en.curve.kind.points, { exact: true }).click();
    const save = dialog().getByRole('button', { name: en.setting.save, exact: true });
    const third = dialog().getByLabel(`${en.curve.supply} 3`);
    await third.fill('84');
    await dialog().getByText(saying(en.curve.fault.supply)).waitFor();
    expect(await save.isDisabled()).toBe(true);
    await third.fill('62.5');
    await dialog().getByText(saying(en.curve.now)).waitFor();
    await save.click();
    await dialog().waitFor({ state: 'detached' });
    expect((await points())?.[2]).toEqual([-5, 62.5]);
    await open.click();
    await eventually(() => third.inputValue()).toBe('62.5');
    await dialog().getByRole('button', { name: en.curve.design }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(await points()).toBeUndefined();
  });

  it('shows what was done, filtered by an address that can be sent', async () => {
    await page.getByRole('link', { name: en.nav.log, exact: true }).click();
    const entries = page.getByRole('row').filter({ has: page.getByRole('time') });
    await eventually(() => entries.count()).toBeGreaterThanOrEqual(4);
    await page.getByLabel(en.log.action).selectOption({ label: en.auditAction.add_user });
    await eventually(() => entries.count()).toBe(1);
    expect(await entries.innerText()).toContain(OPERATOR);
    expect(new URL(page.url()).searchParams.get('action')).toBe('add_user');
    await page.reload();
    await eventually(() => entries.count()).toBe(1);
    await page.getByLabel(en.log.by).fill('somebody else');
    await page.getByText(en.log.nothing).waitFor();
  });

  it('offers an operator wishes, but neither settings nor the log', async () => {
    await signOut();
    await signIn(OPERATOR, 'not the password');
    await page.getByRole('alert').getByText(en.error.wrong_credentials.meaning).waitFor();
    await signIn(OPERATOR, password);
    await page.getByRole('banner').getByText(en.role.operator, { exact: true }).waitFor();
    expect(await rail().allTextContents()).toEqual([en.nav.overview, en.nav.network, en.nav.trends]);
    await page.goto(`${center.url}/settings`);
    await page.getByText(en.error.not_permitted.meaning).waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
    await page.goto(`${center.url}/stations/dongshan-1`);
    await page.getByRole('button', { name: en.circuit.change, exact: true }).waitFor();
  });

  it('selects, then stops a pump, says what that does to homes, and starts it again', async () => {
    const pumps = page.getByRole('list', { name: saying(en.operate.equipment) });
    const pump = pumps.getByRole('listitem').filter({ hasText: /^pump a/i });
    await pump.getByRole('button', { name: en.operate.verb.stop, exact: true }).click();
    await dialog().getByText(saying(en.operate.others)).waitFor();
    await dialog().getByText(en.operate.holds.min15, { exact: true }).click();
    await dialog().getByLabel(en.wish.reason).fill('bearing to be looked at');
    await dialog()
      .getByRole('button', { name: saying(en.operate.select) })
      .click();
    await dialog().getByText(saying(en.operate.selected)).waitFor();
    expect(station.running()).toEqual(['a', 'b']);
    await dialog()
      .getByRole('button', { name: saying(en.operate.button.stop) })
      .click();
    const applied = dialog().getByRole('listitem').filter({ hasText: en.commandState.applied });
    await applied.getByRole('time').waitFor();
    expect(station.running()).toEqual(['b']);
    await dialog().getByRole('button', { name: en.dialog.done }).click();
    await pump.getByText(saying(en.operate.held.stop)).waitFor();
    await pump.getByText(en.running.false, { exact: true }).waitFor();
    await pump.getByRole('button', { name: en.operate.again.stop }).click();
    await pump.getByText(saying(en.operate.held.stop)).waitFor({ state: 'detached' });
    await eventually(() => station.running()).toEqual(['a', 'b']);
  });

  it('lets an operator limit a short source for a time, and end that', async () => {
    const kept = () => center.call<NetworkSettings>('GET', '/api/v1/network/settings');
    await page.goto(`${center.url}/network/source`);
    await page.getByRole('button', { name: en.source.setLimit }).click();
    expect(await page.getByRole('button', { name: en.source.change }).count()).toBe(0);
    expect(await dialog().getByText(en.source.holds.open, { exact: true }).count()).toBe(0);
    await dialog().getByText(en.source.holds.h12, { exact: true }).click();
    await dialog().getByLabel(en.field.power_limit_kw, { exact: true }).fill('700');
    await dialog().getByRole('button', { name: en.source.next }).click();
    await dialog().getByText(en.source.each).waitFor();
    const before = Date.now();
    await dialog()
      .getByRole('button', { name: saying(en.source.confirm) })
      .click();
    await dialog().waitFor({ state: 'detached' });
    const { source } = await kept();
    expect(source?.limit).toMatchObject({ power_max_kw: 700 });
    expect(Math.round(((source?.limit?.until ?? 0) - before) / 3_600_000)).toBe(12);
    await page.getByRole('button', { name: en.source.end }).click();
    await dialog().getByRole('button', { name: en.source.end }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(await kept()).toEqual({});
  });

  it('changes the own password', async () => {
    await page.getByRole('button', { name: en.bar.menu }).click();
    await page.getByRole('button', { name: en.password.change }).click();
    await dialog().getByLabel(en.password.current).fill(password);
    await dialog().getByLabel(en.password.next, { exact: true }).fill(NEW_PASSWORD);
    const save = dialog().getByRole('button', { name: en.password.save });
    await dialog().getByLabel(en.password.again).fill('something else');
    await dialog().getByText(en.password.differ).waitFor();
    expect(await save.isDisabled()).toBe(true);
    await dialog().getByLabel(en.password.again).fill(NEW_PASSWORD);
    await save.click();
    await dialog().getByText(en.password.changed).waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await signOut();
    await signIn(OPERATOR, password);
    await page.getByRole('alert').getByText(en.error.wrong_credentials.meaning).waitFor();
    await signIn(OPERATOR, NEW_PASSWORD);
    await page.getByRole('button', { name: en.bar.menu }).waitFor();
  });

  it('offers a viewer nothing that sends, and ends with the account', async () => {
    await center.call('PATCH', `/api/v1/users/${OPERATOR}`, { role: 'viewer' });
    await page.getByLabel(en.signIn.name).waitFor();
    await signIn(OPERATOR, NEW_PASSWORD);
    await page.getByRole('banner').getByText(en.role.viewer, { exact: true }).waitFor();
    await page.goto(`${center.url}/stations/dongshan-1`);
    await page.getByRole('heading', { name: en.station.setpoints, exact: true }).waitFor();
    expect(await page.getByRole('button', { name: en.circuit.change, exact: true }).count()).toBe(0);
    const control = panel(page, en.setting.title);
    await control.getByText(en.schedule.none).waitFor();
    expect(await control.getByRole('button').count()).toBe(0);
    for (const [path, title, change] of [
      ['', en.network.balance, en.balance.change],
      ['/source', en.network.source, en.source.setLimit],
      ['/plan', en.network.plan, en.plan.change],
      ['/forecast', en.forecast.title, en.forecast.change],
    ] as const) {
      await page.goto(`${center.url}/network${path}`);
      await page.getByRole('heading', { name: title, exact: true }).waitFor();
      await page.getByText(saying(en.network.outdoor)).or(page.getByText(en.network.noOutdoor)).waitFor();
      expect(await page.getByRole('button', { name: change, exact: true }).count()).toBe(0);
    }
    await page.goto(`${center.url}/stations/dongshan-1`);
    await center.call('PATCH', `/api/v1/users/${OPERATOR}`, { disabled: true });
    await page.getByText(saying(en.signIn.body)).waitFor();
    expect(await page.getByRole('heading', { name: en.station.setpoints, exact: true }).count()).toBe(0);
  });

  it('complained of nothing but the refusals above', () => {
    // The browser notes each 401 and 403, and the feed that ends with a session.
    expect(heard.filter((text) => !/status of 40[13]|WebSocket/.test(text))).toEqual([]);
  });
});
