import assert from 'node:assert/strict';
import { openPage, settled } from './browser.mjs';
import { contestedMu, ofRun, pieceMu } from './figures.mjs';
import { posFile } from './walk.mjs';

/** What people do on a case: open a session, bring a file, move the case on. These write. */
export function workChecks({ browser, origin, record, page, api, ground, number, shot }) {
  const path = `/cases/${encodeURIComponent(number)}`;
  let sessionPath = null;
  let made = null;
  return [
    ['a session is opened and its link shown', async () => {
      await page.goto(path);
      await page.getByTestId('open-session').click();
      await page.getByTestId('session-create').click();
      sessionPath = await page.getByTestId('session-link').getAttribute('href');
      await shot('session-dialog');
    }],
    ['the projector shows the frozen figures and asks for nothing but the session', async () => {
      const seen = { ...record, requests: [] };
      const hall = await openPage(browser, origin, seen, { viewport: { width: 1920, height: 1080 } });
      await hall.goto(sessionPath);
      assert.equal(await hall.getByTestId('session-case').innerText(), number);
      assert.equal(await hall.getByTestId('session-total').innerText(), contestedMu(ofRun(ground.run)).nominal);
      for (const p of ground.run.pieces) assert.equal(await hall.getByTestId(`session-mu-${p.n}`).innerText(), pieceMu(p, ground.run));
      await settled(hall);
      await shot('session', hall);
      await hall.keyboard.press(String(ground.run.pieces[0].n));
      await hall.waitForFunction(() => new URL(location.href).searchParams.has('piece'));
      await hall.keyboard.press('0');
      await hall.waitForFunction(() => !new URL(location.href).searchParams.has('piece'));
      const sizes = await hall.evaluate(() => [...document.querySelectorAll('section *')].filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())).map((e) => Number.parseFloat(getComputedStyle(e).fontSize)));
      assert.ok(Math.min(...sizes) >= 24 && Math.max(...sizes) <= 32, `type of ${Math.min(...sizes)} to ${Math.max(...sizes)} px`);
      const calls = seen.requests.map((u) => new URL(u).pathname).filter((p) => p.startsWith('/api/') && !/\/orthophotos\/[^/]+\/tiles\//.test(p));
      assert.deepEqual([...new Set(calls.map((p) => p.split('/').slice(0, 4).join('/')))], ['/api/v1/sessions']);
      record.requests.push(...seen.requests);
      await hall.context().close();
    }],
    ['a file without fixes is refused with the reason and what to do', async () => {
      await page.goto(path);
      await page.getByTestId('open-upload').click();
      await page.getByTestId('file').setInputFiles({ name: 'empty.pos', mimeType: 'application/octet-stream', buffer: Buffer.from('% GPST latitude(deg) longitude(deg)\n') });
      await page.getByTestId('party').locator('input').fill('甲村');
      await page.getByTestId('send').click();
      const card = page.getByTestId('upload-item').filter({ hasText: 'empty.pos' });
      const told = await card.getByTestId('problem').innerText();
      assert.ok(told.split('\n').filter((l) => l.trim()).length >= 3, `title, remedy and code, but: ${told}`);
      await shot('refused');
      await page.reload();
      await card.getByTestId('problem').waitFor(); // it is remembered until somebody has seen to it
      await card.getByTestId('remove').click();
      await card.waitFor({ state: 'detached' });
      const { items } = await api.get(`${path}/walks`);
      assert.equal(items.length, ground.walks.length, 'nothing is left behind');
    }],
    ['a new case is moved on with a note', async () => {
      made = await api.post('/cases', { kind: 'land', title: '浏览器测试案件' }, { 'Idempotency-Key': `e2e-${Date.now()}` });
      await page.goto(`/cases/${encodeURIComponent(made.number)}`);
      const to = made.moves[0];
      await page.getByTestId(`move-${to}`).click();
      await page.getByRole('textbox', { name: '说明' }).fill('测试');
      await shot('move');
      await page.getByTestId('move-ok').click();
      await page.getByTestId(`move-${to}`).waitFor({ state: 'detached' });
      const after = await api.get(`/cases/${encodeURIComponent(made.number)}`);
      assert.equal(after.status, to);
      assert.equal(after.history.at(-1).note, '测试');
      await settled(page);
      await shot('empty-case');
    }],
    ['two walks become contested ground on the page, and the run is filed', async () => {
      const at = `/cases/${encodeURIComponent(made.number)}`;
      const place = [109.31, 24.24];
      const walks = [['东村', [0, 0, 200, 150]], ['西村', [120, 30, 320, 150]]]; // both walk 80 m by 120 m
      await page.goto(at);
      await settled(page);
      for (const [party, box] of walks) {
        await page.getByTestId('open-upload').click();
        await page.getByTestId('file').setInputFiles({ name: `${party}.pos`, mimeType: 'application/octet-stream', buffer: posFile(place, box) });
        await page.getByTestId('party').locator('input').fill(party);
        await page.getByTestId('send').click();
        await page.getByTestId('walk-report').waitFor();
        if (party === '西村') await shot('uploaded');
        await page.waitForFunction(() => Number(new URL(location.href).searchParams.get('map')?.split('/')[0]) > 14, null, { timeout: 8000 });
        await page.getByRole('button', { name: 'Close' }).or(page.getByRole('button', { name: '关闭' })).first().click();
      }
      await page.getByTestId('contested-total').getByText('14.4').first().waitFor();
      const run = await api.get(`${at}/run`);
      assert.ok(Math.abs(run.nominal.ellipsoidal.m2 - 9600) < 15, `9 600 m² were walked twice, ${run.nominal.ellipsoidal.m2} were found`);
      assert.ok((await page.getByTestId('contested-total').innerText()).startsWith(contestedMu(ofRun(run)).nominal));
      await page.getByTestId('tool-fit').click();
      await settled(page);
      await shot('two-walks');
      await page.getByTestId('file-run').click();
      await page.getByTestId('bundle').waitFor();
      const { items, chain } = await api.get(`${at}/evidence`);
      assert.equal(items.filter((e) => e.kind === 'run' && e.subject === run.id).length, 1);
      assert.ok(chain.verified);
    }],
    ['an upload that the line broke off goes on after a reload, with the same file only', async () => {
      const { number: of } = await api.post('/cases', { kind: 'land', title: '断线续传测试' }, { 'Idempotency-Key': `e2e-line-${Date.now()}` });
      const file = (box) => ({ name: '断线.pos', mimeType: 'application/octet-stream', buffer: posFile([109.31, 24.24], box) });
      const isPart = (url) => /\/uploads\/[0-9a-f-]{36}$/.test(url.pathname);
      record.expected.push('/uploads/');
      await page.goto(`/cases/${encodeURIComponent(of)}?upload=1`);
      await page.route(isPart, (route) => (route.request().method() === 'PATCH' ? route.abort() : route.continue()));
      await page.getByTestId('file').setInputFiles(file([0, 0, 90, 60]));
      await page.getByTestId('party').locator('input').fill('南村');
      await page.getByTestId('send').click();
      await page.locator('[data-testid=upload-item][data-phase=offline]').waitFor();
      await shot('offline');
      await page.reload();
      await page.locator('[data-testid=upload-item][data-phase=missing]').waitFor();
      await page.unroute(isPart);
      record.expected.splice(record.expected.indexOf('/uploads/'), 1);
      await page.getByTestId('same-file').setInputFiles(file([5, 0, 95, 60])); // as long, but another
      await page.getByTestId('upload-item').getByText('这不是同一个文件').waitFor();
      await shot('other-file');
      await page.getByTestId('same-file').setInputFiles(file([0, 0, 90, 60]));
      await page.getByTestId('walk-report').waitFor();
      await page.locator('[data-testid=mini-map][aria-busy=false]').waitFor();
      await settled(page);
      await shot('went-on');
      const { items } = await api.get(`/cases/${encodeURIComponent(of)}/walks`);
      assert.deepEqual(items.map((w) => w.party), ['南村']);
      assert.ok(Math.abs(items[0].report.area.m2 - 5400) < 10, `90 m by 60 m were walked, ${items[0].report.area.m2} m² were found`);
      assert.deepEqual((await api.get('/uploads')).items.filter((u) => u.case === of), [], 'nothing is left to go on with');
    }],
  ];
}
