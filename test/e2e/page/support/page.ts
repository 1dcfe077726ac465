/** The page in a real browser: what the browser complains about, accessibility, pictures. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

export type Opened = {
  readonly page: Page;
  /** Errors and warnings of the page, and breaches of its content security policy. */
  readonly complaints: string[];
};

type Options = {
  /** Address below `/ui`, such as `/runs?state=failed`. */
  readonly path?: string;
  readonly token?: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /**
   * `own`: the tab does not share its connection, as where browsers have no shared workers; only then can a test cut it. `none`: no
   * WebSocket can be opened.
   */
  readonly connection?: 'own' | 'none';
  /** More options of the browser's context, such as `forcedColors` or `reducedMotion`. */
  readonly context?: BrowserContextOptions;
};

const WIDE = 1_280;
const NARROW = 320;
const HEIGHT = 800;

/** Complaints of the browser itself about answers that the tests want, such as a 404 or a server that is gone. */
const EXPECTED = /Failed to load resource|WebSocket connection to/;

/** Opens the page of a server in a profile of its own, until the test is over. */
export async function openPage(
  browser: Browser,
  api: string,
  options: Options = {},
): Promise<Opened> {
  const { path = '/', token, theme = 'light', width = WIDE, height = HEIGHT } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    // Pictures and waits hold still.
    reducedMotion: 'reduce',
    ...options.context,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    if (!EXPECTED.test(message.text())) complaints.push(message.text());
  });
  await page.exposeFunction('tellBreach', (breach: string) => complaints.push(breach));
  await page.addInitScript((secret) => {
    const scope = globalThis as unknown as {
      addEventListener(
        type: string,
        listener: (event: { violatedDirective: string; blockedURI: string }) => void,
      ): void;
      tellBreach(text: string): void;
      sessionStorage: { setItem(key: string, value: string): void };
    };
    scope.addEventListener('securitypolicyviolation', (event) =>
      scope.tellBreach(`breach of ${event.violatedDirective}: ${event.blockedURI}`),
    );
    if (secret !== undefined) scope.sessionStorage.setItem('sluice.token', secret);
  }, token);
  if (options.connection !== undefined)
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'));
  if (options.connection === 'none') await page.routeWebSocket(/.*/, (socket) => socket.close());
  await page.goto(`${api}/ui${path}`);
  return { page, complaints };
}

/** No fault of WCAG 2.2 A and AA that axe can find. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
  ).toEqual([]);
}

/** Where pictures go: SCREENSHOTS names the folder; without it none are kept. */
const PICTURES = process.env['SCREENSHOTS'];

/** A picture of what is shown, `<name>.png`. */
export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}

/** Resolves when the page is drawn as it is now: a change of colours takes effect with the next frame. */
const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { requestAnimationFrame: frame } = globalThis as unknown as {
      requestAnimationFrame(next: () => void): void;
    };
    for (let frames = 0; frames < 2; frames += 1) await new Promise<void>((next) => frame(next));
  });

/** How a state is looked at: in each colour and width that people may have. Axe needs one look for each colour, and one for each width. */
const LOOKS = [
  { name: 'light', media: { colorScheme: 'light' }, width: WIDE, axe: true },
  { name: 'dark', media: { colorScheme: 'dark' }, width: WIDE, axe: false },
  { name: 'contrast', media: { forcedColors: 'active' }, width: WIDE, axe: false },
  { name: 'light-narrow', media: { colorScheme: 'light' }, width: NARROW, axe: false },
  { name: 'dark-narrow', media: { colorScheme: 'dark' }, width: NARROW, axe: true },
] as const;

/** Pixels by which the page is wider than its window. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { documentElement: { scrollWidth: number; clientWidth: number } };
    };
    return document.documentElement.scrollWidth - document.documentElement.clientWidth;
  });

/** The state that the page is in, in every look: accessible, no wider than its window, and as pictures `<name>-<look>.png`. */
export async function expectLooks(page: Page, name: string): Promise<void> {
  for (const { name: look, media, width, axe } of LOOKS) {
    await page.emulateMedia({ forcedColors: 'none', ...media });
    await page.setViewportSize({ width, height: HEIGHT });
    await settled(page);
    if (axe) await expectAccessible(page);
    const wider = await overflow(page);
    expect(wider, `${name} is wider than a window of ${width} px`).toBeLessThanOrEqual(0);
    await picture(page, `${name}-${look}`);
  }
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
  await page.setViewportSize({ width: WIDE, height: HEIGHT });
}
