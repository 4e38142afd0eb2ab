import assert from 'node:assert/strict';
import { openPage, settled } from './browser.mjs';
import { grouped, muOf } from './figures.mjs';

const query = (page) => new URL(page.url()).searchParams;
/** Waits until `read` gives what is wanted: figures follow a frame later. */
async function becomes(read, right, say = 'figures') {
  let got;
  for (const until = Date.now() + 15_000; Date.now() < until; await new Promise((done) => setTimeout(done, 50))) if (right((got = await read()))) return got;
  assert.fail(`${say}: ${JSON.stringify(got)}`);
}
const same = (want) => (got) => got.every((v, i) => v === want[i]);
const figure = async (page, id) => Number((await page.getByTestId(`proposal-mu-${id}`).innerText()).replaceAll('\u202f', ''));

/** A line across the middle of a piece, west to east, in millimetres as the address has it. */
function across(rings) {
  const [xs, ys] = [0, 1].map((k) => rings[0].map((p) => p[k]));
  const [west, east] = [Math.min(...xs) - 40, Math.max(...xs) + 40];
  const middle = (Math.min(...ys) + Math.max(...ys)) / 2;
  const line = [[west, middle], [(west + east) / 2, middle + 3], [east, middle - 2]].map((p) => p.map((v) => Math.round(v * 1000)));
  return line.flatMap(([x, y], i) => (i === 0 ? [x, y] : [x - line[i - 1][0], y - line[i - 1][1]])).join('_');
}

/** The proposal tool: the line under the hand, and figures that add up. */
export function proposalChecks({ browser, origin, record, page, api, ground, number, shot }) {
  const path = `/cases/${encodeURIComponent(number)}`;
  const first = ground.run.pieces[0];
  const [left, right] = first.sides;
  const whole = muOf(first.nominal.ellipsoidal);
  let text = null;
  const sides = async (on = page) => [await figure(on, `${first.n}-${left}`), await figure(on, `${first.n}-${right}`)];
  /** The middle vertex of the line, in pixels of the page, from where the map looks. */
  const handle = async (on) => on.evaluate(() => {
    const canvas = [...document.querySelectorAll('.own-canvas canvas')].at(-1);
    const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const white = (x, y) => data[4 * (y * width + x) + 3] > 250 && data[4 * (y * width + x)] > 250;
    const found = [];
    for (let y = 5; y < height - 5; y++) for (let x = 5; x < width - 5; x++) if ([[0, 0], [4, 0], [-4, 0], [0, 4], [0, -4]].every(([dx, dy]) => white(x + dx, y + dy))) found.push([x, y]);
    const box = canvas.getBoundingClientRect();
    const mean = (k) => found.reduce((sum, p) => sum + p[k], 0) / found.length;
    return [box.left + (mean(0) * box.width) / width, box.top + (mean(1) * box.height) / height];
  });
  return [
    ['nobody fetches the kernel before a proposal is begun', async () => {
      await page.goto(path);
      await page.getByTestId('contested-total').waitFor();
      await settled(page);
      assert.deepEqual(record.requests.filter((u) => /\.wasm/.test(u)), []);
    }],
    ['a line is drawn click by click, and Esc takes it back', async () => {
      await page.getByTestId('tool-proposal').click();
      await page.getByTestId('proposal-none').waitFor();
      assert.ok(record.requests.some((u) => /kernel-.*\.wasm/.test(u)), 'the kernel is fetched');
      for (const [x, y] of [[320, 300], [620, 520]]) await page.mouse.click(x, y);
      await page.mouse.move(700, 560);
      await page.keyboard.press('Escape');
      await page.mouse.click(330, 310);
      await page.mouse.click(500, 400);
      await page.mouse.dblclick(650, 480);
      await page.waitForFunction(() => (new URL(location.href).searchParams.get('line') ?? '').split('_').length === 6);
    }],
    ['a line across a piece shows both shares, and they add up to the piece', async () => {
      const { features } = await api.get(`/runs/${ground.run.id}/pieces?level=nominal`);
      text = across(features.find((f) => f.properties.n === first.n).properties.rings);
      await page.goto(`${path}?line=${text}&piece=${first.n}`);
      await page.getByTestId(`proposal-piece-${first.n}`).waitFor();
      const [a, b] = await sides();
      assert.ok(a > 0 && b > 0, `${a} and ${b} mu`);
      assert.ok(Math.abs(a + b - whole) < 0.011, `${a} + ${b} mu of ${whole}`);
      await settled(page);
      await shot('proposal');
    }],
    ['dragging moves ground from one to the other; Ctrl+Z brings it back', async () => {
      const before = await sides();
      const [x, y] = await handle(page);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 4, y - 30, { steps: 4 });
      await becomes(sides, ([a, b]) => a < before[0] && b > before[1], `the line moves north, from ${before}`);
      await page.keyboard.press('Escape');
      await page.mouse.up();
      await becomes(sides, same(before), 'Esc puts it back');
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 4, y - 30, { steps: 4 });
      await page.mouse.up();
      await page.waitForFunction((old) => new URL(location.href).searchParams.get('line') !== old, text);
      await settled(page);
      const after = await becomes(sides, ([a, b]) => a < before[0] && Math.abs(a + b - whole) < 0.011, `of ${whole}`);
      await page.reload();
      await page.getByTestId(`proposal-piece-${first.n}`).waitFor();
      await becomes(sides, same(after), 'nothing is lost on reload');
      await page.goto(`${path}?line=${text}&piece=${first.n}`);
      await page.getByTestId(`proposal-piece-${first.n}`).waitFor();
      await settled(page);
      const [u, v] = await handle(page);
      await page.mouse.move(u, v);
      await page.mouse.down();
      await page.mouse.move(u, v + 25, { steps: 3 });
      await page.mouse.up();
      await page.waitForFunction((old) => new URL(location.href).searchParams.get('line') !== old, text);
      await page.keyboard.press('Control+z');
      await page.waitForFunction((old) => new URL(location.href).searchParams.get('line') === old, text);
      await becomes(sides, same(before), 'Ctrl+Z');
    }],
    ['the mediator swaps the sides, and the address keeps it', async () => {
      const before = await sides();
      await page.getByTestId('proposal-swap').click();
      await page.waitForFunction(() => new URL(location.href).searchParams.has('seats'));
      await becomes(sides, same([before[1], before[0]]), 'swapped');
      await page.getByTestId('proposal-swap').click();
      await page.waitForFunction(() => !new URL(location.href).searchParams.has('seats'));
    }],
    ['what lies beside the line stays whole and is named', async () => {
      const others = ground.run.pieces.filter((p) => p.n !== first.n).map((p) => p.n);
      if (others.length > 0) assert.match(await page.getByTestId('proposal-undivided').innerText(), new RegExp(`${others.at(-1)}`));
    }],
    ['the proposal is put away with its line', async () => {
      await page.getByTestId('proposal-close').click();
      await page.getByTestId('contested-total').waitFor();
      assert.equal(query(page).get('line'), null);
    }],
    ['without WebAssembly the page says so, and the rest works', async () => {
      const seen = { ...record, requests: [], complaints: [] };
      const old = await openPage(browser, origin, seen);
      await old.addInitScript(() => { delete globalThis.WebAssembly; });
      await old.goto(`${path}?line=${text}`);
      assert.match(await old.getByTestId('kernel-missing').innerText(), /不能计算方案/);
      await shot('proposal-missing', old);
      await old.getByTestId('proposal-close').click();
      await old.getByTestId('contested-total').waitFor();
      record.requests.push(...seen.requests);
      await old.context().close();
    }],
  ];
}

/** A proposal that is kept, and one in the hall: the same figures, large. These write. */
export function hallProposalChecks({ browser, origin, record, page, api, ground, number, shot }) {
  const path = `/cases/${encodeURIComponent(number)}`;
  const first = ground.run.pieces[0];
  return [
    ['a proposal is saved, PostGIS agrees with the page, and it is no evidence', async () => {
      const evidenceBefore = (await api.get(`${path}/evidence`)).items.length;
      const { features } = await api.get(`/runs/${ground.run.id}/pieces?level=nominal`);
      const text = across(features.find((f) => f.properties.n === first.n).properties.rings);
      await page.goto(`${path}?line=${text}`);
      await page.getByTestId('proposal-title').fill('沿水沟划分');
      await page.getByTestId('proposal-save').click();
      await page.getByTestId('saved-agrees').waitFor();
      assert.match(await page.getByTestId('saved-agrees').innerText(), /一致/);
      const { items: [saved] } = await api.get(`${path}/proposals`);
      assert.equal(saved.title, '沿水沟划分');
      const piece = saved.pieces.find((p) => p.n === first.n);
      for (const { side, kernel, postgis, agrees } of [piece.left, piece.right]) {
        assert.ok(agrees && Math.abs(kernel.ellipsoidal_m2 - postgis.ellipsoidal_m2) < 0.5, `${kernel.ellipsoidal_m2} and ${postgis.ellipsoidal_m2} m²`);
        assert.ok(Math.abs((await figure(page, `${first.n}-${side}`)) - (postgis.ellipsoidal_m2 * 3) / 2000) < 0.0051, `side ${side}: the page shows what PostGIS found`);
      }
      await settled(page);
      await shot('proposal-saved');
      assert.equal((await api.get(`${path}/evidence`)).items.length, evidenceBefore);
      await page.goto(`${path}?line=new`);
      await page.getByTestId('saved-open').click();
      await page.getByTestId(`proposal-piece-${first.n}`).waitFor();
      assert.equal(new URL(page.url()).searchParams.get('line'), text);
      await page.getByTestId('saved-withdraw').click();
      await page.locator('.ant-popconfirm-buttons .ant-btn-primary').click();
      await page.getByTestId('saved-agrees').waitFor({ state: 'detached' });
      assert.deepEqual((await api.get(`${path}/proposals`)).items, []);
    }],
    ['the session view divides the frozen pieces too', async () => {
      const session = await api.post(`/cases/${encodeURIComponent(number)}/sessions`, { title: '方案' }, { 'Idempotency-Key': `proposal-${Date.now()}` });
      const view = await api.get(`/sessions/${session.token}`);
      const { rings } = view.pieces.features.find((f) => f.properties.level === 'nominal' && f.properties.n === first.n).properties;
      const hall = await openPage(browser, origin, record, { viewport: { width: 1920, height: 1080 } });
      await hall.goto(`/sessions/${session.token}?line=${across(rings)}`);
      await hall.getByTestId(`proposal-piece-${first.n}`).waitFor();
      await settled(hall);
      const [a, b] = [await figure(hall, `${first.n}-${first.sides[0]}`), await figure(hall, `${first.n}-${first.sides[1]}`)];
      assert.ok(Math.abs(a + b - muOf(first.nominal.ellipsoidal)) < 0.011, `${a} + ${b} mu, the piece has ${grouped(muOf(first.nominal.ellipsoidal), 2)}`);
      await shot('session-proposal', hall);
      await hall.getByTestId('proposal-close').click();
      await hall.getByTestId('session-total').waitFor();
      await hall.context().close();
    }],
  ];
}
