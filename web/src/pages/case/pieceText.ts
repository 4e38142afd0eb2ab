import type { TFunction } from 'i18next';
import type { Piece, Run } from '../../api/types';
import { boundsDecimals, mu, muText } from '../../format/area';

/**
 * The decimals of a piece in the table of its run: the total's, so that the column
 * adds up before the reader's eyes; its own where the piece is too small for them.
 */
export function pieceDecimals(piece: Piece, run: Run): number {
  const total = boundsDecimals(run.core.ellipsoidal, run.outer.ellipsoidal);
  const large = mu(piece.nominal.ellipsoidal.m2) >= 10 ** (1 - total);
  return large ? total : Math.max(total, ownDecimals(piece));
}

/** The decimals that a piece's 亩 carry: from its core to its nominal ground, or its own σ where that is wider. */
function ownDecimals(piece: Piece): number {
  const { nominal, core } = { nominal: piece.nominal.ellipsoidal, core: piece.core.ellipsoidal };
  const spread = 2 * (nominal.m2 - core.m2); // the outer bound lies about as far out as the core lies in
  const twoSigma = 4 * nominal.sigma_m2;
  return boundsDecimals({ ...nominal, m2: 0 }, { ...nominal, m2: Math.max(spread, twoSigma) });
}

/** What stands below the number of a piece on the map. */
export function plateText(run: Run | null | undefined, n: number | undefined, t: TFunction): string {
  const piece = run?.pieces.find((p) => p.n === n);
  if (!run || !piece) return '';
  const mu = `${muText(piece.nominal.ellipsoidal, pieceDecimals(piece, run))} ${t('unit.mu')}`;
  return piece.verdict === 'within_tolerance' ? `${mu}\n${t('verdict.withinBoth')}` : mu;
}
