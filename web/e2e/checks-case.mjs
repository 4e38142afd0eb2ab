import assert from 'node:assert/strict';
import { mapPicture, settled } from './browser.mjs';
import { contestedMu, ofRun, pieceMu } from './figures.mjs';

const text = (page, id) => page.getByTestId(id).innerText();
const query = (page) => new URL(page.url()).searchParams;

/** The page of a case against the API's answers. */
export function caseChecks({ page, api, ground, number, shot }) {
  const path = `/cases/${encodeURIComponent(number)}`;
  const first = ground.run.pieces[0];
  return [
    ['the case page shows the contested area and its bounds as the API gives them', async () => {
      await page.goto(path);
      const want = contestedMu(ofRun(ground.run));
      const got = await text(page, 'contested-total');
      assert.match(got.replace(/\s+/g, ' '), new RegExp(`^${escape(`${want.nominal} 亩 (${want.bounds})`)}`.replace(/\s+/g, ' ')));
    }],
    ['each piece stands in the table with its mu', async () => {
      for (const piece of ground.run.pieces) assert.equal(await text(page, `piece-mu-${piece.n}`), pieceMu(piece, ground.run), `piece ${piece.n}`);
      assert.equal(await page.locator('[data-testid^="piece-mu-"]').count(), ground.run.pieces.length);
    }],
    ['the registered parcels under the claims stand with their numbers, or are said to be none', async () => {
      const { features } = await api.get(`/cases/${encodeURIComponent(number)}/claims`);
      const lists = await Promise.all(features.map((f) => api.get(`/claims/${f.properties.claim}/parcels`)));
      const parcels = lists.flatMap((l) => l.items).sort((a, b) => b.area.ellipsoidal.m2 - a.area.ellipsoidal.m2);
      const got = await text(page, 'registered');
      if (parcels.length === 0) assert.match(got, /没有登记宗地/);
      else assert.match(got, new RegExp(`${parcels[0].feature}`));
    }],
    ['three-cross is said when, and only when, it holds', async () => {
      const tag = page.getByTestId('three-cross');
      const { province, city, county, any } = ground.item.three_cross;
      assert.equal(await tag.count(), any ? 1 : 0);
      if (any) assert.match(await tag.innerText(), province ? /跨省/ : city ? /跨市/ : /跨县/, `${city} ${county}`);
    }],
    ['every item of evidence is counted, and the chain speaks', async () => {
      assert.equal(Number(await page.getByTestId('evidence-count').getAttribute('data-count')), ground.evidence.items.length);
      assert.match(await text(page, 'chain'), ground.evidence.chain.verified ? /证据链完整/ : /证据链有误/);
    }],
    ['the orthophoto and the lines are on the map', async () => {
      await settled(page);
      const want = ground.photos.length > 0 ? 150 : 20;
      const { colours: got } = await mapPicture(page, 'map');
      assert.ok(got > want, `only ${got} colours on the map`);
      await shot('case');
    }],
    ['pointing at the map reads out coordinates in the plane and in degrees', async () => {
      await page.mouse.move(600, 450);
      await page.mouse.move(606, 452);
      const got = await text(page, 'readout');
      if (ground.item.crs) assert.match(got, /X\(北\) -?\d+\.\d{3} {2}Y\(东\) -?\d+\.\d{3}/);
      assert.match(got, /\d+\.\d{6}°[EW] \d+\.\d{6}°[NS]/);
    }],
    ['a piece is chosen in the table, survives reload, and Back lets it go', async () => {
      const before = query(page).get('map');
      await page.getByTestId(`piece-${first.n}`).click();
      await page.waitForFunction((old) => new URL(location.href).searchParams.get('map') !== old, before);
      assert.equal(query(page).get('piece'), String(first.n));
      await settled(page);
      await shot('piece');
      const looked = query(page).get('map');
      await page.reload();
      await page.locator(`[data-testid=piece-${first.n}][aria-selected=true]`).waitFor();
      await settled(page);
      assert.equal(query(page).get('map'), looked, 'the map looks where it looked');
      await page.goBack();
      await page.locator(`[data-testid=piece-${first.n}][aria-selected=false]`).waitFor();
      assert.equal(query(page).get('piece'), null);
    }],
    ['layers are switched, and the address keeps them', async () => {
      await page.goto(path);
      await page.getByTestId('contested-total').waitFor();
      await settled(page);
      const full = await mapPicture(page, 'map');
      await page.getByTestId('tool-layers').click();
      await page.getByTestId('layer-bands').click();
      await settled(page);
      await shot('layers');
      assert.ok(query(page).get('layers').split('.').includes('bands'));
      await page.getByTestId('layer-orthophoto').click();
      await settled(page);
      assert.ok(!query(page).get('layers').split('.').includes('orthophoto'));
      if (ground.photos.length > 0) assert.ok((await mapPicture(page, 'map')).painted < full.painted / 2, 'the picture is gone');
      await page.keyboard.press('Escape');
    }],
    ['a distance is measured on the ellipsoid', async () => {
      await page.goto(path);
      await page.getByTestId('contested-total').waitFor();
      await settled(page);
      await page.getByTestId('tool-distance').click();
      await page.mouse.click(400, 300);
      await page.mouse.move(500, 360);
      await page.mouse.dblclick(600, 420);
      await page.getByTestId('measure').getByText(/CGCS2000/).waitFor();
      assert.match(await text(page, 'measure'), /长度\s+[\d\u202f]+\.\d+ (m|km)/);
      await page.getByTestId('tool-distance').click();
    }],
    ['with a swipe line the picture stands on one side only', async () => {
      await page.getByTestId('tool-compare').click();
      await settled(page);
      assert.equal(query(page).get('swipe'), '45');
      await page.getByRole('slider', { name: '卷帘位置' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(() => new URL(location.href).searchParams.get('swipe') === '47');
      await shot('swipe');
    }],
    ['the panel slides away and the address keeps it', async () => {
      await page.goto(path);
      await page.getByRole('button', { name: '收起面板' }).click();
      assert.equal(query(page).get('panel'), '0');
      await page.reload();
      await page.getByRole('button', { name: '打开面板' }).waitFor();
      await page.getByRole('button', { name: '打开面板' }).click();
    }],
    ['the page prints on one landscape sheet', async () => {
      await page.evaluate(() => {
        globalThis.printed = 0;
        globalThis.print = () => { globalThis.printed += 1; };
      });
      await page.getByTestId('tool-print').click();
      await page.waitForFunction(() => globalThis.printed === 1);
      await page.waitForFunction(() => !document.documentElement.classList.contains('printing'));
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? [];
      if (ground.run.pieces.length <= 6) assert.equal(pages.length, 1);
    }],
  ];
}

function escape(s) {
  return s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
