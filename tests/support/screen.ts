/** The screen as a person has it: rows, panels, words; and what only a browser can tell of it. */
import type { BrowserContext, Locator, Page } from 'playwright-core';

/** What the browser complained about: errors on the console, uncaught exceptions, breaches of the content policy. */
export function complaints(context: BrowserContext): string[] {
  const found: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error') found.push(message.text());
  });
  context.on('weberror', (error) => found.push(error.error().stack ?? error.error().message));
  return found;
}

/** A pattern of the screen's words with anything in place of `{{…}}`. */
export function saying(words: string): RegExp {
  const parts = words.split(/\{\{\w+\}\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`);
}

export const rows = (page: Page): Locator => page.getByRole('table').getByRole('rowgroup').getByRole('row');
export const panel = (page: Page, title: string): Locator =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('banner').getByLabel(label).selectOption({ label: option });
}

/** Pixels by which the page, or the view within it, is wider than its window. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate(`Math.max(
    ...[document.documentElement, document.body, document.querySelector('main')]
      .map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
  )`);

/** How many of the numbers with a unit are drawn in a dashed frame, as old values are. */
export const framed = (page: Page): Promise<[dashed: number, all: number]> =>
  page.evaluate(`(() => {
    const all = [...document.querySelectorAll('[role=cell] .digits')].map((digits) => digits.parentElement);
    const shown = all.filter((value) => /\\d/.test(value.textContent) && value.textContent !== '–');
    return [shown.filter((value) => getComputedStyle(value).outlineStyle === 'dashed').length, shown.length];
  })()`);

interface Path {
  getTotalLength(): number;
}

/** Lengths of the lines in a chart, px. */
export const lengths = (chart: Locator): Promise<number[]> =>
  chart.locator('path').evaluateAll((paths: Path[]) => paths.map((path) => path.getTotalLength()));
