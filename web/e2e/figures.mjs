// Figures as the page must show them, computed anew from the API's JSON: the
// page's own formatting is what is being tested, so none of it is used here.

const thin = '\u202f';

export function grouped(value, decimals) {
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.');
  let text = '';
  for (let i = 0; i < whole.length; i++) text += (i > 0 && (whole.length - i) % 3 === 0 ? thin : '') + whole[i];
  return text + (fraction ? `.${fraction}` : '');
}

export const muOf = (area) => (area.m2 * 3) / 2000;

/** One digit beyond the leading digit of half the distance between the bounds; 0 to 3, and 2 without bounds. */
function decimalsFor(halfWidth) {
  if (!(halfWidth > 0)) return 2;
  for (let d = 0; d < 3; d++) if (halfWidth >= 10 ** (1 - d)) return d;
  return 3;
}

export const contestedDecimals = ({ core, outer }) => decimalsFor((muOf(outer) - muOf(core)) / 2);

export function contestedMu(c) {
  const d = contestedDecimals(c);
  return { nominal: grouped(muOf(c.nominal), d), bounds: `${grouped(muOf(c.core), d)} – ${grouped(muOf(c.outer), d)}` };
}

export const ofRun = (run) => ({ nominal: run.nominal.ellipsoidal, core: run.core.ellipsoidal, outer: run.outer.ellipsoidal });

/** A piece has the decimals of its run's total; more only where it is too small for two digits of them. */
export function pieceMu(piece, run) {
  const total = contestedDecimals(ofRun(run));
  const [nominal, core] = [piece.nominal.ellipsoidal, piece.core.ellipsoidal];
  if (muOf(nominal) >= 10 ** (1 - total)) return grouped(muOf(nominal), total);
  const halfWidth = Math.max(muOf(nominal) - muOf(core), (2 * nominal.sigma_m2 * 3) / 2000);
  return grouped(muOf(nominal), Math.max(total, decimalsFor(halfWidth)));
}

/** A percentage with two decimals, half up, in whole numbers. */
export function rate(part, whole) {
  if (whole === 0) return '—';
  const hundredths = Math.floor((20_000 * part + whole) / (2 * whole));
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')} %`;
}
