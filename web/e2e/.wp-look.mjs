import { openBrowser, settled } from './browser.mjs';
const api = 'http://127.0.0.1:18711', web = process.env.WEB ?? 'http://127.0.0.1:18712';
const number = process.env.CASE ?? 'JS-2026-0160';
const { items } = await (await fetch(`${api}/api/v1/cases/${number}/walks`)).json();
const walk = items[Number(process.env.N ?? 1)];
const b = await openBrowser();
for (const [name, w, h, lang, at] of [['zh1280', 1280, 800, 'zh-CN'], ['en1920', 1920, 1080, 'en', 'jump.0'], ['phone', 390, 844, 'zh-CN']]) {
  if (process.env.ONLY && !process.env.ONLY.includes(name)) continue;
  const c = await b.newContext({ viewport: { width: w, height: h }, locale: 'zh-CN' });
  const p = await c.newPage();
  p.on('pageerror', (e) => console.log('ERR', e.message));
  p.on('console', (m) => m.type() === 'error' && console.log('console', m.text()));
  await p.addInitScript((l) => localStorage.setItem('jieshi.language', l), lang);
  await p.goto(`${web}/cases/${number}/walks/${walk.id}${at ? `?at=${at}` : ''}`);
  await p.getByTestId('walk-page').waitFor({ timeout: 60000 });
  await settled(p);
  await p.screenshot({ path: `/tmp/wp-shots/${name}.png`, fullPage: name === 'phone' });
  if (name === 'zh1280') await p.pdf({ path: '/tmp/wp-shots/print.pdf', preferCSSPageSize: true });
  await c.close();
}
await b.close();
