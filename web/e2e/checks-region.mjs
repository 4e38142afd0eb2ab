import assert from 'node:assert/strict';
import { settled } from './browser.mjs';
import { contestedMu, grouped, rate } from './figures.mjs';

const text = (page, id) => page.getByTestId(id).innerText();

/** The list and the statistics against the API, and the words of both languages. */
export function regionChecks({ page, api, record, number, shot }) {
  return [
    ['the list counts its cases, searches, and a row opens its case', async () => {
      const all = await api.get('/cases?limit=1');
      await page.goto('/cases');
      await page.getByTestId('case-table').waitFor();
      assert.equal(await text(page, 'case-total'), `${grouped(all.total, 0)} 件`);
      await settled(page);
      await shot('cases');
      await page.goto(`/cases?q=${encodeURIComponent(number)}`);
      await page.getByRole('link', { name: number, exact: true }).click();
      await page.getByTestId('case-number').waitFor();
      assert.equal(await text(page, 'case-number'), number);
      await page.goto('/cases?view=map');
      await settled(page);
      await shot('cases-map');
    }],
    ['the statistics read as the API counts', async () => {
      const { total } = await api.get('/statistics');
      await page.goto('/statistics');
      await page.getByTestId('headline').waitFor();
      for (const [id, want] of [['accepted', grouped(total.accepted, 0)], ['resolved', grouped(total.resolved, 0)], ['open', grouped(total.open, 0)], ['three-cross-count', grouped(total.three_cross, 0)], ['rate', rate(total.resolved, total.accepted)]]) {
        assert.equal(await text(page, id), want, id);
      }
      for (const [id, ground] of [['open-ground', total.open_ground], ['closed-ground', total.closed_ground]]) {
        const want = contestedMu(ground);
        assert.ok((await text(page, id)).replace(/\s+/g, ' ').startsWith(`${want.nominal} 亩 (${want.bounds})`.replace(/\s+/g, ' ')), id);
      }
      await page.locator('[data-testid=trend] svg').waitFor();
      await settled(page);
      await shot('statistics', page, true);
    }],
    ['each number opens as many cases as it says', async () => {
      const links = await page.evaluate(() => [...document.querySelectorAll('[data-testid=headline] a, [data-testid^=by-] a')]
        .filter((a) => a.pathname === '/cases' && /^[\d\u202f]+$/.test(a.innerText))
        .map((a) => ({ says: Number(a.innerText.replace(/\u202f/g, '')), search: a.search, ground: Boolean(a.nextElementSibling) })));
      const counts = links.filter((l) => !l.ground);
      assert.ok(counts.length > 8, `only ${counts.length} numbers`);
      const step = Math.max(1, Math.floor(counts.length / 40));
      for (let i = 0; i < counts.length; i += step) {
        const { says, search } = counts[i];
        const { total } = await api.get(`/cases?${new URLSearchParams([...new URLSearchParams(search), ['limit', '1']])}`);
        assert.equal(total, says, `the list of ${search}`);
      }
      await page.getByTestId('resolved').click();
      await page.getByTestId('case-total').waitFor();
      assert.equal(new URL(page.url()).searchParams.get('resolved'), 'true');
    }],
    ['an area is opened, its figures are its own, and Back returns', async () => {
      await page.goto('/statistics');
      const row = page.locator('[data-testid=by-area] tbody tr').first();
      await row.waitFor();
      await settled(page);
      const code = await page.locator('[data-testid=by-area] tbody tr').first().getAttribute('data-key');
      const { total } = await api.get(`/statistics?area=${code}`);
      await page.locator(`[data-testid=by-area] tr[data-key="${code}"] td a`).first().click();
      await page.waitForFunction((c) => new URL(location.href).searchParams.get('area') === c, code);
      await page.waitForFunction((want) => document.querySelector('[data-testid=accepted]')?.innerText === want, grouped(total.accepted, 0));
      await page.goBack();
      assert.equal(new URL(page.url()).searchParams.get('area'), null);
    }],
    ['workbook and CSV are there to take away', async () => {
      const answers = await page.evaluate(async () => Promise.all(['xlsx', 'csv'].map(async (k) => {
        const link = document.querySelector(`a[href*="statistics.${k}"]`);
        const answer = await fetch(link.href);
        return { status: answer.status, size: (await answer.arrayBuffer()).byteLength };
      })));
      for (const a of answers) assert.ok(a.status === 200 && a.size > 100, JSON.stringify(a));
    }],
    ['in English every word is English', async () => {
      await page.goto(`/cases/${encodeURIComponent(number)}`);
      await page.getByTestId('contested-total').waitFor();
      await page.getByText('EN', { exact: true }).click();
      await page.getByRole('heading', { name: 'Contested pieces' }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
      const strays = await page.evaluate(() => [...document.querySelectorAll('h3, th, button, dt')].map((e) => e.innerText).filter((s) => /[\u4e00-\u9fff]/.test(s) && !/X\(北\)|中文/.test(s)));
      assert.deepEqual(strays, []);
      await settled(page);
      await shot('case-en');
      await page.goto('/statistics');
      await page.getByTestId('headline').waitFor();
      await settled(page);
      await shot('statistics-en');
      await page.getByText('中文', { exact: true }).click();
      await page.getByRole('heading', { name: '全区统计' }).waitFor();
    }],
    ['what does not exist says so, and shows the way back', async () => {
      record.expected.push('/cases/没有这个案件');
      for (const path of ['/nowhere', '/cases/没有这个案件']) {
        await page.goto(path);
        await page.getByText('没有找到', { exact: true }).waitFor();
        await page.getByRole('button', { name: '返回案件列表' }).waitFor();
      }
      await shot('not-found');
    }],
  ];
}
