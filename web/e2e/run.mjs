// Drives the real page in Chromium and compares every figure on it with the API.
//
//   JIESHI_URL=http://127.0.0.1:8686 [JIESHI_CASE=NUMBER] node e2e/run.mjs [--update] [--read-only]
//
// Screenshots go to test-results/; with --update the map's also to ../docs/images/map.png.
// --read-only leaves out what writes: sessions, uploads, moves. --only=WORDS runs the checks with WORDS in their name.
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { apiAt, chooseCase, readGround } from './api.mjs';
import { newRecord, openBrowser, openPage } from './browser.mjs';
import { auditChecks } from './checks-audit.mjs';
import { caseChecks } from './checks-case.mjs';
import { pictureChecks } from './checks-picture.mjs';
import { hallProposalChecks, proposalChecks } from './checks-proposal.mjs';
import { regionChecks } from './checks-region.mjs';
import { walkChecks } from './checks-walk.mjs';
import { workChecks } from './checks-work.mjs';

const flags = new Set(process.argv.slice(2));
const results = fileURLToPath(new URL('../test-results/', import.meta.url));
const picture = fileURLToPath(new URL('../../docs/images/map.png', import.meta.url));

const origin = new URL(process.env.JIESHI_URL ?? 'http://127.0.0.1:8686').origin;
const api = apiAt(origin);
const number = process.env.JIESHI_CASE || (await chooseCase(api));
const ground = await readGround(api, number);
const record = newRecord();

await rm(results, { recursive: true, force: true });
await mkdir(results, { recursive: true });
const browser = await openBrowser();
const page = await openPage(browser, origin, record);
const shot = (name, of = page, fullPage = false) => of.screenshot({ path: `${results}${name}.png`, fullPage });

const context = { browser, origin, record, page, api, ground, number, shot };
const checks = [
  ...caseChecks(context),
  ...proposalChecks(context),
  ...(flags.has('--read-only') ? [] : [...workChecks(context), ...pictureChecks(context), ...hallProposalChecks(context)]),
  ...auditChecks({ ...context, writes: !flags.has('--read-only') }),
  ...walkChecks(context, flags.has('--read-only')),
  ...regionChecks(context),
  ['no request left the server', async () => {
    const outside = record.requests.filter((u) => !u.startsWith(origin) && !/^(data|blob):/.test(u));
    if (outside.length > 0) throw new Error(outside.join('\n'));
  }],
  ['the page made no complaint', async () => {
    if (record.complaints.length > 0) throw new Error(record.complaints.join('\n'));
  }],
];

const only = [...flags].find((f) => f.startsWith('--only='))?.slice('--only='.length) ?? '';
const chosen = checks.filter(([name]) => name.includes(only));
let failed = 0;
for (const [name, check] of chosen) {
  const began = Date.now();
  try {
    await check();
    console.log(`ok   ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n     ${String(error.message ?? error).split('\n').join('\n     ')}`);
    await shot(`failed-${failed}`).catch(() => {});
  }
}
if (flags.has('--update') && failed === 0) {
  await mkdir(fileURLToPath(new URL('../../docs/images/', import.meta.url)), { recursive: true });
  await copyFile(`${results}case.png`, picture);
}
await browser.close();
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
