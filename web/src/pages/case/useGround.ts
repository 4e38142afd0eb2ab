import { useMemo } from 'react';
import type { Case } from '../../api/types';
import { useClaims, useCurrentRun, useEvidence, useFixes, useFlights, useOrthophotos, usePieces, useWalks } from '../../api/queries';

/** Everything on the ground of a case, each part with its own loading and failing. */
export function useGround(number: string, item: Case | undefined) {
  const run = useCurrentRun(number, item);
  const id = run.data?.id;
  const claims = useClaims(number);
  const nominal = usePieces(id, 'nominal');
  const core = usePieces(id, 'core');
  const outer = usePieces(id, 'outer');
  const walks = useWalks(number);
  const ids = useMemo(() => (walks.data ?? []).map((w) => w.id), [walks.data]);
  const fixes = useFixes(ids);
  const orthophotos = useOrthophotos(number);
  const flights = useFlights(number);
  const evidence = useEvidence(number);
  return { run, claims, nominal, core, outer, walks, fixes, orthophotos, flights, evidence };
}

export type Ground = ReturnType<typeof useGround>;
