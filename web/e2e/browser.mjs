// Chromium as Debian ships it, told to keep quiet, and a page that remembers
// what it asked for and what it complained of.
import { chromium } from 'playwright-core';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags });
}

/** A page whose requests and complaints are recorded. `expected` holds addresses that may answer with an error. */
export async function openPage(browser, origin, record, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN', baseURL: origin, ...options });
  context.on('request', (request) => record.requests.push(request.url()));
  context.on('page', (page) => listen(page, record));
  const page = await context.newPage();
  page.setDefaultTimeout(Number(process.env.E2E_TIMEOUT_MS ?? 20_000)); // a busy machine may need more
  return page;
}

function listen(page, record) {
  page.on('pageerror', (error) => record.complaints.push(`${error.stack ?? error}`));
  page.on('console', (message) => {
    const url = message.location().url ?? '';
    if (message.type() === 'error' && !record.expected.some((part) => decodeURIComponent(url).includes(part))) record.complaints.push(`${message.text()} ${url}`);
    if (/Content Security Policy/i.test(message.text())) record.complaints.push(message.text());
  });
}

export const newRecord = () => ({ requests: [], complaints: [], expected: [] });

/** What the map's canvas shows: how many different colours, and which share of it is painted, on a sparse sample. */
export async function mapPicture(page, testID) {
  return page.evaluate((id) => {
    const canvas = document.querySelector(`[data-testid=${id}] canvas`);
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const seen = new Set();
    let [painted, all] = [0, 0];
    for (let i = 0; i < data.length; i += 4 * 97) {
      seen.add(`${data[i] >> 3},${data[i + 1] >> 3},${data[i + 2] >> 3},${data[i + 3] >> 7}`);
      painted += data[i + 3] > 200 ? 1 : 0;
      all += 1;
    }
    return { colours: seen.size, painted: painted / all };
  }, testID);
}

/** Waits until every map on the page has drawn all tiles that it asked for, and the picture stands still. */
export async function settled(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(400);
  await page.waitForFunction(() => document.querySelector('[role=application][aria-busy=true]') === null);
  await page.waitForTimeout(300);
}
