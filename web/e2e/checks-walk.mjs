import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settled } from './browser.mjs';
import { mission } from './photo.mjs';
import { posFile } from './walk.mjs';

const place = [109.31, 24.23];
const gpx = (tracks) => Buffer.from(`<?xml version="1.0"?><gpx version="1.1" creator="e2e" xmlns="http://www.topografix.com/GPX/1/1">${tracks
  .map(([name, size]) => `<trk><name>${name}</name><trkseg>${[[0, 0], [size, 0], [size, size], [0, size], [0, 0]].map(([x, y]) => `<trkpt lat="${(24.23 + y).toFixed(6)}" lon="${(109.31 + x).toFixed(6)}"/>`).join('')}</trkseg></trk>`)
  .join('')}</gpx>`);
const table = Buffer.from('点名,X,Y,历元数,天线高,解状态\nJ1,2683214.0,36533501.0,30,1.8,固定解\nJ2,2683214.0,36533601.0,30,1.8,固定解\nJ3,2683314.0,36533601.0,30,1.8,固定解\nJ4,2683314.0,36533501.0,30,1.8,固定解\n');

/** How walks are brought, and the report that each becomes. All but the first write. */
export function walkChecks({ record, page, api, origin, ground, number, shot }, readOnly) {
  const opened = async (title) => {
    const { number: made } = await api.post('/cases', { kind: 'land', title }, { 'Idempotency-Key': `e2e-walk-${Date.now()}` });
    await page.goto(`/cases/${encodeURIComponent(made)}?upload=1`);
    return made;
  };
  const walksOf = async (of) => (await api.get(`/cases/${encodeURIComponent(of)}/walks`)).items;
  const card = (name) => page.getByTestId('upload-item').filter({ hasText: name });
  const file = (name, buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
  // The card is at rest once its map is drawn; before that a click may land beside what it was meant for.
  const openReport = async (name) => {
    await card(name).locator('[data-testid=mini-map][aria-busy=false]').waitFor();
    await card(name).getByTestId('walk-open').click();
    await page.getByTestId('walk-page').waitFor();
  };
  const bring = async (files, party) => {
    await page.getByTestId('file').setInputFiles(files);
    await page.getByTestId('party').locator('input').fill(party);
    await page.getByTestId('send').click();
  };
  const reads = [
    ['the report of a walk says what it is good for, and every row leads to its place', async () => {
      const walk = ground.walks.find((w) => (w.report.jumps ?? []).length > 0) ?? ground.walks[0];
      await page.goto(`/cases/${encodeURIComponent(number)}`);
      await page.getByTestId('walk-open').nth(ground.walks.indexOf(walk)).click();
      await page.getByTestId('walk-page').waitFor();
      await settled(page);
      await shot('walk');
      assert.ok((await page.getByTestId('walk-advice').innerText()).includes(walk.report.advice.zh));
      const { points = [], jumps = [], slips = [], gaps = [], faults } = walk.report;
      assert.equal(await page.locator('[data-testid^="row-point."]').count(), points.length);
      assert.equal(await page.getByTestId('walk-suspects').locator('tbody tr').count(), jumps.length + slips.length + gaps.length + faults.length);
      const map = page.getByTestId('walk-map');
      for (const key of ['point.2', jumps.length > 0 ? 'jump.0' : 'stretch.0']) {
        const before = await map.screenshot();
        await page.getByTestId(`row-${key}`).click();
        await page.waitForFunction((k) => new URL(location.href).searchParams.get('at') === k, key);
        await page.locator(`[data-testid="row-${key}"][aria-current=true]`).waitFor();
        await settled(page);
        assert.notDeepEqual(await map.screenshot(), before, `${key} moved nothing on the map`);
      }
      await shot('walk-place');
      // The window changes: the place that was chosen stays in view, at its scale.
      const scale = () => page.getByTestId('walk-scale').innerText();
      const near = await scale();
      await page.setViewportSize({ width: 1180, height: 760 });
      await settled(page);
      assert.equal(await scale(), near, 'the chosen place is lost from view');
      await page.setViewportSize({ width: 1440, height: 900 });
      const raw = await page.request.get(await page.getByTestId('walk-file').getAttribute('href'));
      assert.equal(createHash('sha256').update(await raw.body()).digest('hex'), walk.sha256, 'the original, byte for byte');
      const record = await page.request.get(await page.getByTestId('walk-record').getAttribute('href'));
      assert.equal((await record.body()).subarray(0, 5).toString(), '%PDF-');
      await page.getByText('EN', { exact: true }).click();
      await page.getByTestId('walk-advice').getByText(walk.report.advice.en).waitFor();
      await page.getByText('中文', { exact: true }).click();
    }],
  ];
  if (readOnly) return reads;
  return [
    ...reads,
    ['a folder is dropped from outside the page, and its files go as they are told', async () => {
      const dir = await mkdtemp(join(tmpdir(), 'jieshi-drop-'));
      try {
        await mkdir(join(dir, '踏界', '乙村'), { recursive: true });
        await writeFile(join(dir, '踏界', '甲.pos'), posFile(place, [0, 0, 80, 60]));
        await writeFile(join(dir, '踏界', '乙村', '乙.pos'), posFile(place, [40, 0, 120, 60]));
        await writeFile(join(dir, '踏界', 'Thumbs.db'), 'x');
        const of = await opened('文件夹拖入测试');
        const target = page.locator('label:has([data-testid=file])');
        await target.hover(); // waits until it stands still
        const box = await target.boundingBox();
        const cdp = await page.context().newCDPSession(page);
        const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files: [join(dir, '踏界')], dragOperationsMask: 1 } };
        for (const type of ['dragEnter', 'dragOver', 'drop']) await cdp.send('Input.dispatchDragEvent', { type, ...at });
        await card('乙.pos').waitFor();
        assert.equal(await page.getByTestId('upload-item').count(), 2, 'what the system left in the folder is passed over');
        await card('甲.pos').getByTestId('party').locator('input').fill('甲村');
        await card('乙.pos').getByTestId('party').locator('input').fill('乙村');
        await card('乙.pos').getByTestId('walk-how').locator('summary').first().click();
        await card('乙.pos').getByTestId('stops').getByText('逐点保留').click();
        await card('乙.pos').getByTestId('drop-flagged').click();
        assert.equal(await page.getByTestId('send').innerText(), '上 传'.replace(' ', ''), 'one is ready: nobody consented for the other');
        await card('乙.pos').getByTestId('consent').fill('韦某某');
        await shot('walk-told');
        await page.getByTestId('send').click();
        await page.getByTestId('walk-report').nth(1).waitFor();
        await page.locator('[data-testid=mini-map][aria-busy=false]').nth(1).waitFor();
        await shot('walk-dropped');
        const told = Object.fromEntries((await walksOf(of)).map((w) => [w.party, w.told]));
        assert.equal(told['甲村'].stops, undefined);
        assert.deepEqual([told['乙村'].stops, told['乙村'].drop_flagged, told['乙村'].consent], ['keep', true, '韦某某']);
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    }],
    ['a folder of drone photos is chosen as it is, and becomes one flight', async () => {
      const dir = await mkdtemp(join(tmpdir(), 'jieshi-flight-'));
      try {
        await mkdir(join(dir, '航飞', '100MEDIA'), { recursive: true });
        for (const [name, bytes] of mission(place, 3, 6)) await writeFile(join(dir, '航飞', '100MEDIA', name), bytes);
        await writeFile(join(dir, '航飞', '100MEDIA', '100_Timestamp.MRK'), '1\t0.0\n');
        const of = await opened('照片文件夹测试');
        await page.getByTestId('folder').setInputFiles(join(dir, '航飞'));
        await card('航飞.zip').waitFor();
        assert.equal(await page.getByTestId('upload-item').count(), 1, 'the log of the drone goes along');
        await page.getByTestId('send').click();
        await page.locator('[data-testid=upload-item][data-phase=ready]').waitFor();
        await shot('flight-folder');
        const { items: [flight] } = await api.get(`/cases/${encodeURIComponent(of)}/flights`);
        assert.deepEqual([flight.photos, flight.filename, flight.report.fixes.fixed], [18, '航飞.zip', 18]);
        await page.goto(`/cases/${encodeURIComponent(of)}`);
        await page.getByTestId('show-flight').click();
        await page.getByTestId('no-engine').waitFor();
        await settled(page);
        await shot('flight-panel');
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    }],
    ['an upload is paused and gone on with by a click', async () => {
      const of = await opened('暂停继续测试');
      const isPart = (url) => /\/uploads\/[0-9a-f-]{36}$/.test(url.pathname);
      record.expected.push('/uploads/');
      let held = null;
      await page.route(isPart, (route) => (route.request().method() === 'PATCH' ? void (held = route) : route.continue()));
      await bring(file('暂停.pos', posFile(place, [0, 0, 70, 50])), '北村');
      await page.locator('[data-testid=upload-item][data-phase=sending]').waitFor();
      await page.getByTestId('pause').click();
      await page.locator('[data-testid=upload-item][data-phase=paused]').waitFor();
      assert.equal((await walksOf(of)).length, 0);
      await shot('paused');
      await page.unroute(isPart);
      await held?.abort().catch(() => {});
      await page.getByTestId('resume').click();
      await page.getByTestId('walk-report').waitFor();
      record.expected.splice(record.expected.indexOf('/uploads/'), 1);
      assert.deepEqual((await walksOf(of)).map((w) => w.party), ['北村']);
    }],
    ['a laptop is closed in the middle of an upload, and goes on with it when it is opened again', async () => {
      const of = await opened('合上电脑测试');
      const long = Buffer.concat([posFile(place, [0, 0, 60, 40]), Buffer.from(`${'%'.padEnd(99, '.')}\n`.repeat(80_000))]); // a receiver's remarks, 8 MB
      const line = await page.context().newCDPSession(page);
      await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 2 << 20 });
      await bring(file('长.pos', long), '西村');
      const share = async () => Number((await card('长.pos').getByTestId('progress').innerText()).replace(/\D/g, ''));
      await page.locator('[data-testid=upload-item][data-phase=sending]').waitFor();
      while ((await share()) < 40) await page.waitForTimeout(50);
      await page.goto('about:blank');
      await line.detach();
      const starts = [];
      const patches = (r) => r.method() === 'PATCH' && starts.push(Number(r.headers()['upload-offset']));
      page.on('request', patches);
      await page.goto(`/cases/${encodeURIComponent(of)}?upload=1`);
      await card('长.pos').getByText('上次没有传完').waitFor();
      await shot('unfinished');
      await card('长.pos').getByTestId('same-file').setInputFiles(file('长.pos', long));
      await page.getByTestId('walk-report').waitFor();
      page.off('request', patches);
      assert.ok(starts.length > 0 && starts[0] > 1 << 20 && starts[0] < long.length, `it went on from ${starts[0]} of ${long.length} bytes`);
      const [walk] = await walksOf(of);
      assert.equal(walk.sha256, createHash('sha256').update(long).digest('hex'));
    }],
    ['of several tracks one is chosen, of a table the columns are confirmed', async () => {
      const of = await opened('轨迹与列测试');
      await bring(file('两条.gpx', gpx([['晨', 0.001], ['午', 0.002]])), '轨迹村');
      await page.getByTestId('track-choice').getByText('午').click();
      await shot('tracks');
      await page.getByTestId('track-choice').getByRole('button').click();
      await page.getByTestId('walk-report').waitFor();
      assert.equal((await walksOf(of))[0].track, 2);
      await card('两条.gpx').getByTestId('remove').click();
      await bring(file('界址.csv', table), '表格村');
      await page.getByTestId('table-choice').waitFor();
      await page.getByTestId('meaning-5').selectOption('-'); // the antenna: not used, says the person
      await shot('columns');
      await page.getByTestId('confirm').click();
      await page.getByTestId('walk-report').waitFor();
      const walk = (await walksOf(of)).find((w) => w.party === '表格村');
      assert.ok(Math.abs(walk.report.area.m2 - 10_000) < 20, `100 m by 100 m, but ${walk.report.area.m2} m²`);
      assert.equal(walk.told.mapping[4], '-');
    }],
    ['a walk is read anew with consent, from its report, and says so', async () => {
      const of = await opened('再读测试');
      const lines = posFile(place, [0, 0, 90, 70]).toString().split('\n');
      lines[40] = lines[40].replace(/24\.2300\d+/, (lat) => (Number(lat) + 0.0001).toFixed(9)); // 11 m off for a second
      await bring(file('跳点.pos', Buffer.from(lines.join('\n'))), '跳点村');
      await openReport('跳点.pos');
      const first = page.url();
      await page.getByTestId('walk-reread').getByText('怎样读取').click();
      await page.getByTestId('walk-reread').getByTestId('drop-flagged').click();
      assert.ok(await page.getByTestId('reread').isDisabled(), 'nobody consented');
      await page.getByTestId('consent').fill('韦某某');
      await page.getByTestId('reread').click();
      await page.waitForURL((url) => url.href !== first && url.pathname.includes('/walks/'));
      await page.getByTestId('walk-suspects').getByText('经 韦某某 同意').waitFor();
      await settled(page);
      await shot('walk-reread');
      const [kept, dropped] = await walksOf(of);
      assert.equal(kept.report.dropped ?? 0, 0);
      assert.ok(dropped.report.dropped >= 1 && dropped.report.consent === '韦某某');
    }],
    ['a walk off by GCJ-02 is told from places marked on the page', async () => {
      const of = await opened('标点核对测试');
      // The offset of GCJ-02 near Liujiang, as public algorithms have it (109.33, 24.25).
      const [east, north] = [109.3344758 - 109.33, 24.247252 - 24.25];
      await bring(file('手机.pos', posFile([109.33 + east, 24.25 + north], [0, 0, 120, 90])), '手机村');
      await openReport('手机.pos');
      const [{ id }] = await walksOf(of);
      const mark = (x, y) => `${109.33 + east + x},${24.25 + north + y}=${109.33 + x},${24.25 + y}`;
      await page.getByTestId('walk-reread').getByText('怎样读取').click();
      await page.getByTestId('landmarks').fill([mark(0, 0), mark(0.001, 0.0008)].join('\n'));
      await page.getByTestId('reread').click();
      await page.waitForURL((url) => url.pathname.includes('/walks/') && !url.pathname.endsWith(id));
      await page.getByTestId('walk-datum').getByText('GCJ-02 · 确定').waitFor();
      await page.getByTestId('walk-advice').getByText('不能作主张线').waitFor();
      await page.getByTestId('mark-places').click();
      const box = await page.getByTestId('walk-map').boundingBox();
      await page.mouse.click(box.x + 0.6 * box.width, box.y + 0.6 * box.height);
      await page.getByText('请点影像上同一处地物。').waitFor();
      await page.mouse.click(box.x + 0.4 * box.width, box.y + 0.4 * box.height);
      await page.getByTestId('landmarks-part').locator('li').waitFor();
      await settled(page);
      await shot('walk-gcj');
      // The claim that was made before anybody knew is in doubt, and stands until it is withdrawn.
      const [{ properties: doubted }] = (await api.get(`/cases/${encodeURIComponent(of)}/claims`)).features;
      assert.deepEqual([doubted.doubt.datum, doubted.class], ['gcj02', 'graphic']);
      await page.getByTestId('walk-doubt').getByText('手机村').waitFor();
      await page.goto(`/cases/${encodeURIComponent(of)}`);
      await page.getByTestId('doubt-1').getByText('坐标存疑：GCJ-02').waitFor();
      await settled(page);
      await shot('claim-doubt');
      await page.getByTestId('withdraw-1').click();
      await page.getByTestId('withdraw-dialog').waitFor();
      assert.match(await page.getByTestId('withdraw-reason').inputValue(), /GCJ-02/, 'what is known is filled in');
      await page.waitForTimeout(400); // the dialog opens slowly
      await shot('claim-withdraw');
      await page.getByTestId('withdraw-reason').fill('');
      assert.ok(await page.getByTestId('withdraw-ok').isDisabled(), 'nobody said why');
      await page.getByTestId('withdraw-reason').fill('坐标为 GCJ-02,须重走');
      await page.getByTestId('withdraw-ok').click();
      await page.getByTestId('withdraw-dialog').waitFor({ state: 'hidden' });
      await page.getByTestId('withdrawn').click();
      await page.getByTestId('withdrawn-list').getByText('须重走').waitFor();
      await settled(page);
      await shot('claim-withdrawn');
      const { items: [gone] } = await api.get(`/cases/${encodeURIComponent(of)}/withdrawals`);
      assert.deepEqual([gone.claim, gone.kind, gone.walk], [doubted.claim, 'error', doubted.doubt.walk]);
      assert.equal((await api.get(`/cases/${encodeURIComponent(of)}/claims`)).features.length, 0);
      assert.equal((await api.get(`/cases/${encodeURIComponent(of)}/run`)).inputs.length, 0);
    }],
    ['a refused file speaks Chinese and English', async () => {
      await opened('双语拒绝测试');
      await bring(file('空.pos', Buffer.from('% GPST latitude(deg) longitude(deg)\n')), '空村');
      const told = async () => (await card('空.pos').getByTestId('problem').innerText()).trim();
      await card('空.pos').getByTestId('problem').waitFor();
      assert.match(await told(), /[\u4e00-\u9fff]/);
      await page.evaluate(() => localStorage.setItem('jieshi.language', 'en'));
      await page.reload();
      await card('空.pos').getByTestId('problem').waitFor();
      const english = await told();
      assert.ok(/fix/i.test(english) && !/[\u4e00-\u9fff]/.test(english), english);
      await shot('refused-en');
      await page.evaluate(() => localStorage.setItem('jieshi.language', 'zh-CN'));
      await page.reload();
      await card('空.pos').getByTestId('remove').click();
    }],
  ];
}
