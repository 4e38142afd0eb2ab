import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { settled } from './browser.mjs';
import { tiff } from './tiff.mjs';
import { posFile } from './walk.mjs';

const corner = { x: 632000, y: 2683128 }; // EPSG:4545, near Liujiang
const ground = (row, column) => [60 + ((row * 7 + column * 13) % 90), 90 + ((row * 11 + column * 5) % 80), 50 + ((row + column) % 60)];
const slope = (row, column) => 120 + Math.round(column / 4) + Math.round(row / 8);

// Three points that the picture has 0.03 m too far east and 0.04 m too far north, the model of heights 0.2 m too high.
const points = [['J1', 2683020, 632010, 150], ['J2', 2683110, 632100, 170], ['J3', 2683060, 632050, 160]];
const table = ['点号,实测X(北),实测Y(东),实测高程,影像X(北),影像Y(东),影像高程', ...points.map(([id, n, e, h]) => [id, n, e, h, n + 0.04, e + 0.03, h + 0.2].join(','))].join('\n');

/** What people do with a picture: declare its CRS, check it, have it shown moved, draw contours. These write. */
export function pictureChecks({ page, api, shot }) {
  let at = null;
  const photos = async () => (await api.get(`${at}/orthophotos`)).items;
  return [
    ['a picture without a CRS is refused, declared where it is refused, and taken', async () => {
      const made = await api.post('/cases', { kind: 'forest', title: '影像测试案件' }, { 'Idempotency-Key': `e2e-picture-${Date.now()}` });
      at = `/cases/${encodeURIComponent(made.number)}`;
      await page.goto(`${at}?upload=1`);
      await page.getByTestId('file').setInputFiles({ name: '无坐标系.tif', mimeType: 'image/tiff', buffer: tiff({ pixels: 256, ...corner, value: ground }) });
      await page.getByTestId('send').click();
      await page.getByTestId('picture-choice').waitFor();
      assert.match(await page.getByTestId('problem').innerText(), /crs_missing/);
      await shot('picture-without-crs');
      await page.getByTestId('declare-crs').locator('input').fill('EPSG:4545');
      await page.getByTestId('declare').click();
      await page.getByTestId('orthophoto-report').waitFor();
      assert.match(await page.getByTestId('orthophoto-report').innerText(), /仅供参考/);
      const [photo] = await photos();
      assert.equal(photo.srid, 4545);
      assert.ok(photo.crs_declared_by, 'it is recorded who declared the CRS');
      await shot('picture-declared');
    }],
    ['check points are judged on the page and filed as evidence', async () => {
      await page.goto(at);
      await settled(page);
      await page.getByTestId('tool-check').click();
      await page.getByTestId('check-file').setInputFiles({ name: '检查点.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
      await page.getByTestId('check-independent').check();
      await page.getByTestId('check-run').click();
      const verdict = page.getByTestId('check-verdict');
      await verdict.waitFor();
      assert.match(await verdict.innerText(), /0\.050 m/);
      assert.match(await verdict.innerText(), /仅供参考/, 'pixels of half a metre are too coarse for 1:500');
      assert.match(await page.getByTestId('check-rmse').innerText(), /0\.030\s+0\.040\s+0\.200/);
      await shot('check-points');
      const { items, chain } = await api.get(`${at}/evidence`);
      assert.ok(chain.verified && items.at(-1).kind === 'orthophoto_check' && items.at(-1).files[0].filename === '检查点.csv');
    }],
    ['a picture is packaged for offline maps, and downloaded', async () => {
      await page.goto(at);
      await settled(page);
      await page.getByTestId('tool-package').click();
      await page.getByTestId('order-package').scrollIntoViewIfNeeded();
      await shot('package-before');
      await page.getByTestId('order-package').click();
      const link = page.getByTestId('download-package');
      await link.waitFor();
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      assert.equal(download.suggestedFilename(), '无坐标系.mbtiles');
      const bytes = await readFile(await download.path());
      assert.equal(bytes.subarray(0, 15).toString(), 'SQLite format 3');
      assert.ok(bytes.includes('仅供参考'), 'the file says what the picture is worth');
      await link.scrollIntoViewIfNeeded();
      await shot('package-made');
    }],
    ['a picture is shown moved, says so, and is put back', async () => {
      await page.goto(at);
      await settled(page);
      await page.getByTestId('tool-shift').click();
      await page.getByTestId('shift-east').fill('2.5');
      await page.getByTestId('shift-north').fill('-1');
      await page.getByTestId('shift-reason').fill('与三个界桩对齐');
      await page.getByTestId('shift-set').click();
      await page.getByTestId('photo-note').filter({ hasText: '2.50' }).waitFor();
      await settled(page);
      await shot('picture-moved');
      await page.getByTestId('tool-package').click();
      await page.getByTestId('package-stale').filter({ hasText: '平移' }).waitFor();
      await page.getByTestId('tool-shift').click();
      assert.deepEqual((await photos()).map((p) => [p.shift.east_m, p.shift.north_m]), [[2.5, -1]]);
      await page.getByTestId('shift-withdraw').click();
      await page.getByRole('button', { name: '是', exact: true }).click();
      await page.getByTestId('photo-note').filter({ hasNotText: '2.50' }).waitFor();
      assert.equal((await photos())[0].shift, undefined);
    }],
    ['the histogram and the sharpness are shown', async () => {
      await page.getByTestId('tool-histogram').click();
      assert.equal(await page.getByTestId('histograms').locator('svg').count(), 3);
      assert.match(await page.getByTestId('sharpness').innerText(), /清晰度/);
      await shot('histogram');
    }],
    ['a model of heights is sent as such, and its contours are drawn', async () => {
      await page.goto(`${at}?upload=1`);
      await page.getByTestId('file').setInputFiles({ name: '高程.tif', mimeType: 'image/tiff', buffer: tiff({ pixels: 256, ...corner, epsg: 4545, bits: 16, samples: 1, value: slope }) });
      await page.getByTestId('model').click();
      await page.getByText('DTM', { exact: false }).last().click();
      await page.getByTestId('send').click();
      await page.getByTestId('upload-item').filter({ hasText: '高程.tif' }).getByTestId('orthophoto-report').waitFor();
      const model = (await photos()).find((p) => p.kind === 'dtm');
      assert.ok(model?.contours.lines > 10, 'contours were made');
      await page.goto(at);
      await settled(page);
      await page.getByTestId('show-contours').click();
      await page.waitForFunction((id) => new URL(location.href).searchParams.get('contours') === id, model.id);
      await settled(page);
      await shot('contours');
      await page.getByTestId('tool-slopes').click();
      await page.getByText('还没有争议地块').waitFor();
      // What the map shows is what a session freezes, contours too.
      const brought = await page.request.post(`/api/v1${at}/walks?filename=a.pos&party=${encodeURIComponent('甲村')}`, { data: posFile([109.2997, 24.2451], [0, 0, 90, 70]), headers: { 'Content-Type': 'application/octet-stream' } });
      assert.ok(brought.ok(), await brought.text());
      await page.reload();
      await page.getByTestId('open-session').click();
      await page.getByTestId('session-create').click();
      const link = await page.getByTestId('session-link').getAttribute('href');
      const drawn = page.waitForResponse((r) => r.url().endsWith(`/orthophotos/${model.id}/contours`));
      await page.goto(link);
      await drawn;
      await settled(page);
      await shot('session-contours');
    }],
  ];
}
