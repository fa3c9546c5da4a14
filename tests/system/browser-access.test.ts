/** What a real browser keeps to: the content policy of our own pages, and what pages of other sites may do with a session. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, launchBrowser } from '../support/browser.ts';
import { removeDataDir } from '../support/center.ts';
import { startCity, type City } from '../support/supervisor.ts';

const PERSON = { id: 'li', role: 'administrator', password: 'seven warm radiators' } as const;

if (CHROMIUM === undefined) {
  console.warn(
    'SKIPPED: pages of other sites in a browser, as there is no chromium. Install it (Debian: chromium).',
  );
}

/** Asks as a page would; the status, or why the browser did not let it. */
const ask = (page: Page, url: string, init: object = {}): Promise<number | string> =>
  page.evaluate(
    `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then(({ status }) => status, (error) => error.message)`,
  );

/** Opens the feed as a page would: the type of the first message, or that it was closed. */
const openFeed = (page: Page, url: string): Promise<string> =>
  page.evaluate(`new Promise((resolve) => {
    const socket = new WebSocket(${JSON.stringify(url.replace('http', 'ws'))} + '/api/v1/live');
    socket.onmessage = ({ data }) => { socket.close(); resolve(JSON.parse(data).type); };
    socket.onerror = () => resolve('refused');
  })`);

describe.skipIf(CHROMIUM === undefined)('in a browser', () => {
  let city: City;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let other: Server;
  let otherUrl: string;
  const breaches: string[] = [];

  const people = async (): Promise<string[]> =>
    (await city.get<{ users: { id: string }[] }>('/api/v1/users')).users.map(({ id }) => id);

  beforeAll(async () => {
    other = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>other</title><body>');
    });
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const address = other.address();
    // The same machine under another name: another site to the browser.
    otherUrl = `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;
    [city, browser] = await Promise.all([startCity(0), launchBrowser()]);
    while (!city.log().includes('the dashboard is ready')) await sleep(100);
    context = await browser.newContext();
    await context.addInitScript(`
      window.breaches = [];
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
        window.breaches.push([violatedDirective, blockedURI, sourceFile].join(' ')));
    `);
    context.on('console', (message) => {
      if (/content security policy/i.test(message.text())) breaches.push(message.text());
    });
    page = await context.newPage();
    await page.goto(city.link);
    await page.getByRole('navigation').first().waitFor();
  });
  afterAll(async () => {
    await browser.close();
    other.close();
    await city.stop();
    await removeDataDir(city.dir);
  });

  it('our own page asks and changes what its person may', async () => {
    const json = { 'content-type': 'application/json' };
    const post = (path: string, body: object) =>
      ask(page, path, { method: 'POST', headers: json, body: JSON.stringify(body) });
    expect(await ask(page, '/api/v1/stations')).toBe(200);
    expect(await post('/api/v1/users', PERSON)).toBe(201);
    expect(await post('/api/v1/session', { user: 'li', password: PERSON.password })).toBe(200);
    expect(await openFeed(page, city.url)).toBe('snapshot');
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  it('our pages keep to their policy, which holds no unsafe source', async () => {
    for (const path of ['/', '/api/docs/']) {
      const answer = await page.goto(city.url + path);
      await page.waitForLoadState('networkidle');
      const policy = answer?.headers()['content-security-policy'] ?? '';
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).not.toMatch(/unsafe-|https?:|\*/);
      expect(await page.evaluate('window.breaches'), path).toEqual([]);
    }
    expect(await page.locator('.opblock').count()).toBeGreaterThan(10);
    expect(breaches).toEqual([]);
  });

  it('a script or style that somebody got into our page does nothing', async () => {
    await page.goto(city.url);
    await page.evaluate(`
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.taken = 1' }));
      document.body.append(Object.assign(document.createElement('style'), { textContent: 'body { opacity: 0 }' }));
      document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.taken = 1">');
      document.body.append(Object.assign(document.createElement('script'), { src: '${otherUrl}/x.js' }));
    `);
    const held = () =>
      page.evaluate('[...new Set(window.breaches.map((breach) => breach.split(" ")[0]))].sort()');
    await expect.poll(held).toEqual(['script-src-attr', 'script-src-elem', 'style-src-elem']);
    expect(await page.evaluate('[window.taken, getComputedStyle(document.body).opacity]')).toEqual([
      undefined,
      '1',
    ]);
  });

  it('a page of another site reads nothing, changes nothing, and opens no feed with the session', async () => {
    const before = await people();
    const foreign = await context.newPage();
    await foreign.goto(otherUrl);
    const body = JSON.stringify({ id: 'evil', role: 'administrator' });
    const url = `${city.url}/api/v1/users`;
    for (const credentials of ['include', 'omit'] as const) {
      expect(await ask(foreign, url, { credentials })).toBe('Failed to fetch');
      for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
        const init = { method: 'POST', credentials, body, headers: { 'content-type': type } };
        expect(await ask(foreign, url, init)).toBe('Failed to fetch');
        expect(await ask(foreign, url, { ...init, mode: 'no-cors' })).toSatisfy(
          (told) => told === 0 || told === 'Failed to fetch',
        );
      }
    }
    expect(await openFeed(foreign, city.url)).toBe('refused');
    await foreign.evaluate(`
      const form = Object.assign(document.createElement('form'),
        { method: 'post', enctype: 'text/plain', action: ${JSON.stringify(url)} });
      form.append(Object.assign(document.createElement('input'), { name: ${JSON.stringify(body.slice(0, -1))}, value: '}' }));
      document.body.append(form);
      form.submit();
    `);
    await foreign.waitForURL(url);
    expect(await foreign.locator('body').innerText()).toMatch(/not_authenticated|wrong_origin/);
    await foreign.close();
    expect(await people()).toEqual(before);
  });

  it('a page of another site shows none of ours in a frame', async () => {
    const foreign = await context.newPage();
    await foreign.goto(otherUrl);
    await foreign.evaluate(`new Promise((resolve) => {
      const frame = Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(city.url)}, onload: resolve });
      document.body.append(frame);
    })`);
    const frames = foreign.frames().filter((frame) => frame !== foreign.mainFrame());
    expect(frames.map((frame) => frame.url())).toEqual(['chrome-error://chromewebdata/']);
    await foreign.close();
  });
});
