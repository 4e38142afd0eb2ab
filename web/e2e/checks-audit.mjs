import assert from 'node:assert/strict';
import { settled } from './browser.mjs';
import { grouped } from './figures.mjs';

const text = (page, id) => page.getByTestId(id).innerText();

/** The audits of registers: list, map, overlaps, and with `writes` the case made of one. */
export function auditChecks({ page, api, shot, writes }) {
  let audit = null;
  let overlaps = [];
  const query = (name) => page.evaluate((n) => new URL(location.href).searchParams.get(n), name);
  const withoutCase = async () => {
    for (const o of overlaps.slice(1)) if (!(await api.get(`/audits/${audit.id}/overlaps/${o.a}/${o.b}`)).case) return o;
    throw new Error('every overlap is a case already');
  };
  return [
    ['the rail leads to the audits, and a row opens one with its figures', async () => {
      [audit] = (await api.get('/audits')).items;
      overlaps = (await api.get(`/audits/${audit.id}/overlaps?limit=1000`)).items;
      await page.goto('/cases');
      await page.getByRole('link', { name: '登记核查' }).click();
      const row = page.locator('[data-testid=audit-table] tbody tr').first();
      await row.waitFor();
      assert.ok((await row.innerText()).includes(audit.layer));
      await settled(page);
      await shot('audits');
      await row.click();
      await page.getByTestId('audit-title').waitFor();
      assert.equal(await text(page, 'audit-pairs'), grouped(audit.pairs, 0));
      assert.equal(await text(page, 'audit-mu'), grouped(audit.distinct_m2 * 3 / 2000, 2));
      for (const [m2, n] of Object.entries(audit.pairs_by_threshold)) assert.equal(await text(page, `over-${m2}`), grouped(n, 0), `larger than ${m2} m²`);
      await settled(page);
      assert.ok((await contested(page)) > 40, 'the overlaps of the tiles are drawn');
      await shot('audit');
    }],
    ['a threshold lists what it counts, largest first', async () => {
      await page.getByTestId('over-100').click();
      const want = overlaps.filter((o) => o.m2 > 100).map((o) => o.id);
      await page.waitForFunction((n) => document.querySelectorAll('[data-overlap]').length === n, Math.min(50, want.length));
      assert.deepEqual(await page.locator('[data-overlap]').evaluateAll((rows) => rows.map((r) => r.dataset.overlap)), want.slice(0, 50));
      assert.equal(await query('over'), '100');
    }],
    ['an overlap chosen is centred and shown with both parcels, and the address keeps it', async () => {
      const chosen = overlaps[0];
      const before = await query('map');
      await page.locator(`[data-overlap="${chosen.id}"]`).click();
      await page.getByTestId('overlap-mu').waitFor();
      assert.equal(await text(page, 'overlap-mu'), grouped(chosen.m2 * 3 / 2000, 2));
      await page.waitForFunction((was) => new URL(location.href).searchParams.get('map') !== was, before);
      await settled(page);
      const [, lat, lon] = (await query('map')).split('/').map(Number);
      const [west, south, east, north] = boxOf((await api.get(`/audits/${audit.id}/overlaps/${chosen.a}/${chosen.b}`)).geometry.coordinates);
      // The panel covers the right of the map, so its middle lies a little east of the ground.
      assert.ok(Math.abs(lat - (south + north) / 2) < 0.002 && Math.abs(lon - (west + east) / 2) < 0.003, `the map looks at ${lat}, ${lon}`);
      await shot('overlap');
      await page.reload();
      await page.getByTestId('overlap-mu').waitFor();
      await settled(page);
      await page.getByText('EN', { exact: true }).click();
      await page.getByRole('heading', { name: 'Overlaps' }).waitFor();
      const strays = await page.evaluate(() => [...document.querySelectorAll('h3, th, button, dt, p')].map((e) => e.innerText).filter((s) => /[\u4e00-\u9fff]/.test(s) && !/X\(北\)|中文/.test(s)));
      assert.deepEqual(strays, []);
      await shot('overlap-en');
      await page.getByText('中文', { exact: true }).click();
      await page.getByRole('heading', { name: '重叠清单' }).waitFor();
    }],
    ...(writes ? [['an audit is packaged for offline maps', async () => {
      await page.goto(`/audits/${audit.id}`);
      const panel = page.getByTestId('offline-package');
      await panel.scrollIntoViewIfNeeded();
      await panel.getByTestId('order-package').click();
      await panel.getByTestId('download-package').waitFor();
      const { items: [made] } = await api.get(`/audits/${audit.id}/packages`);
      assert.ok(made.current && made.format === 'pbf' && (await panel.innerText()).includes(grouped(made.tiles, 0)), 'the package of the page');
      await shot('audit-package');
    }]] : []),
    ...(writes ? [['an overlap becomes a case in one step, with both figures', async () => {
      const { a, b, id } = await withoutCase();
      await page.goto(`/audits/${audit.id}?overlap=${a}_${b}`);
      await page.getByTestId('file-overlap').click();
      await page.getByTestId('holder-0').fill('里高村民小组');
      await shot('file-overlap');
      await page.getByTestId('file-overlap-ok').click();
      await page.getByTestId('finding').waitFor();
      await page.getByText('两次计算一致').waitFor();
      await shot('finding');
      await page.getByTestId('open-filed-case').click();
      await page.getByTestId('contested-total').waitFor();
      const number = await text(page, 'case-number');
      assert.equal((await api.get(`/audits/${audit.id}/overlaps/${a}/${b}`)).case, number);
      const { items, chain } = await api.get(`/cases/${encodeURIComponent(number)}/evidence`);
      assert.ok(chain.verified && items.some((e) => e.title.includes(id)), 'the finding is on the chain');
      await page.goBack();
      await page.getByTestId('overlap-case').waitFor();
    }]] : []),
  ];
}

/** How many points of the map, of a sparse sample, have the colour of contested ground. */
function contested(page) {
  return page.evaluate(() => {
    let n = 0;
    for (const canvas of document.querySelectorAll('[data-testid=audit-map] canvas')) {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4 * 7) if (data[i + 3] > 60 && Math.abs(data[i] - 122) < 45 && data[i + 1] < 130 && data[i + 2] > 135 && data[i + 2] - data[i + 1] > 60) n += 1;
    }
    return n;
  });
}

function boxOf(coordinates) {
  const flat = coordinates.flat(2);
  const [x, y] = [flat.map((p) => p[0]), flat.map((p) => p[1])];
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}
