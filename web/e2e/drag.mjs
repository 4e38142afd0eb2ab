// Measures a drag: ten claims of 500 vertices, a line across all of them, moved
// for 300 frames. `make bench-drag` runs it against a demonstration.
//
//   JIESHI_URL=http://127.0.0.1:8686 node e2e/drag.mjs [frames]
//
// kernel: dividing and handing over the parts; busy: everything the page does for
// a frame, from its beginning to after the paint; fps: frames that came. On a
// machine with other work to do, the processor time tells more than the clock.
import { apiAt } from './api.mjs';
import { newRecord, openBrowser, openPage, settled } from './browser.mjs';
import { fileHillside } from './hillside.mjs';

const frames = Number(process.argv[2] ?? 300);
const origin = new URL(process.env.JIESHI_URL ?? 'http://127.0.0.1:8686').origin;
const api = apiAt(origin);
const { number } = await fileHillside(api, origin, 10, 500);
const run = await api.get(`/cases/${encodeURIComponent(number)}/run`);
const { features } = await api.get(`/runs/${run.id}/pieces?level=nominal`);
const rings = features.flatMap((f) => f.properties.rings);
const vertices = rings.reduce((sum, r) => sum + r.length, 0);
const [xs, ys] = [0, 1].map((k) => rings.flat().map((p) => p[k]).sort((a, b) => a - b));
const [west, east, middle, north] = [xs[0] - 20, xs.at(-1) + 20, ys[ys.length >> 1], ys.at(-1)];
const line = [[west, middle], [(west + east) / 2, middle + 60], [east, middle]].map((p) => p.map((v) => Math.round(v * 1000)));
const steps = line.map(([x, y], i) => (i === 0 ? [x, y] : [x - line[i - 1][0], y - line[i - 1][1]])).flat().join('_');

const record = newRecord();
const browser = await openBrowser();
const page = await openPage(browser, origin, record);
await page.goto(`/cases/${encodeURIComponent(number)}?line=${steps}`);
await page.getByTestId('proposal-table').waitFor();
await settled(page);

// Processor time of the page's main thread, which other programs on the machine do not lengthen.
const devtools = await page.context().newCDPSession(page);
await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
const busySeconds = async () => (await devtools.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration').value;
const before = await busySeconds();
const result = await page.evaluate(async (frames) => {
  const kernel = [];
  for (const name of ['divide', 'parts']) {
    const real = globalThis.jieshiKernel[name];
    globalThis.jieshiKernel[name] = (...args) => {
      const began = performance.now();
      const answer = real(...args);
      kernel[kernel.length - 1] += performance.now() - began;
      return answer;
    };
  }
  const viewport = document.querySelector('[data-testid=map] .ol-viewport');
  const box = viewport.getBoundingClientRect();
  const shown = [...document.querySelectorAll('.own-canvas canvas')].at(-1);
  // The middle vertex is the white handle nearest the middle of the map.
  const handle = (() => {
    const { data, width, height } = shown.getContext('2d').getImageData(0, 0, shown.width, shown.height);
    const rows = [];
    const white = (x, y) => data[4 * (y * width + x) + 3] > 250 && data[4 * (y * width + x)] > 250;
    for (let y = 4; y < height - 4; y++) for (let x = Math.floor(width * 0.3); x < width * 0.7; x++) if ([[0, 0], [3, 0], [-3, 0], [0, 3], [0, -3]].every(([dx, dy]) => white(x + dx, y + dy))) rows.push([x, y]);
    const mean = (k) => rows.reduce((sum, r) => sum + r[k], 0) / rows.length;
    return rows.length > 0 ? [mean(0), mean(1)] : null;
  })();
  const send = (type, x, y) => viewport.dispatchEvent(new PointerEvent(type, { clientX: box.left + x, clientY: box.top + y, bubbles: true, cancelable: true, pointerId: 1, pointerType: 'mouse', isPrimary: true, button: type === 'pointermove' ? -1 : 0, buttons: type === 'pointerup' ? 0 : 1 }));
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const afterPaint = () => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  });
  const [x, y] = handle;
  send('pointerdown', x, y);
  const [starts, busy, seen] = [[], [], new Set()];
  for (let i = 0; i <= frames; i++) {
    await frame();
    const began = performance.now();
    starts.push(began);
    kernel.push(0);
    send('pointermove', x + 40 * Math.sin(i / 15), y + 0.9 * (i % 200) - 60);
    await afterPaint();
    busy.push(performance.now() - began);
    seen.add(document.querySelector('[data-testid=proposal-table]').textContent);
  }
  send('pointerup', x, y);
  return { kernel: kernel.slice(1), busy: busy.slice(1), intervals: starts.slice(1).map((t, i) => t - starts[i]), different: seen.size };
}, frames);
const processor = (1000 * ((await busySeconds()) - before)) / frames;
await page.screenshot({ path: new URL('../test-results/drag.png', import.meta.url).pathname }).catch(() => {});
await browser.close();

const at = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))].toFixed(1);
const all = result.intervals.reduce((a, b) => a + b, 0);
console.log(`${run.inputs.length} claims, ${features.length} contested pieces of ${vertices} vertices; ${frames} frames, ${result.different} different tables`);
console.log(`kernel    p50 ${at(result.kernel, 0.5)} ms   p95 ${at(result.kernel, 0.95)} ms`);
console.log(`busy      p50 ${at(result.busy, 0.5)} ms   p95 ${at(result.busy, 0.95)} ms`);
console.log(`processor time of the main thread a frame ${processor.toFixed(1)} ms: ${(1000 / processor).toFixed(0)} frames a second on a core of its own`);
console.log(`interval  p50 ${at(result.intervals, 0.5)} ms   p95 ${at(result.intervals, 0.95)} ms   ${((1000 * frames) / all).toFixed(1)} fps`);
if (record.complaints.length > 0) console.log(record.complaints.join('\n'));
process.exitCode = record.complaints.length > 0 || result.different < frames / 3 ? 1 : 0;
