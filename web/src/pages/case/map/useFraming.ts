import { useCallback, useEffect, useRef } from 'react';
import { useLocation, useNavigationType } from 'react-router';
import type { Case } from '../../../api/types';
import type { Scene } from '../../../map/scene';
import type { MapState } from '../../../url/mapState';
import type { Ground } from '../useGround';
import { framePiece, paddingOf } from './framing';

/**
 * Decides where the map looks at first: where the address says, else at the
 * chosen piece, else at the whole case; and after Back, where it looked then.
 * Returns what shows the whole case.
 */
export function useFraming(scene: Scene | null, item: Case | undefined, ground: Ground, state: MapState): () => void {
  const navigation = useNavigationType();
  const { key } = useLocation();
  const framed = useRef<{ scene: Scene; number: string } | null>(null);
  const position = useRef(state.position);
  position.current = state.position;
  const waiting = ground.claims.isPending || ground.run.isPending || (ground.run.data && ground.nominal.isPending);

  const fitAll = useCallback(
    (animate = true) => {
      if (!scene) return;
      const extent = scene.claims.extent() ?? scene.pieces.extent(null);
      if (extent) scene.fit(extent, paddingOf(state.panel), animate);
      else if (item?.bbox) scene.fitLonLat(item.bbox, paddingOf(state.panel), animate);
    },
    [scene, item?.bbox, state.panel],
  );

  useEffect(() => {
    if (!scene || !item || (waiting && !state.position)) return;
    if (framed.current?.scene === scene && framed.current.number === item.number) return;
    framed.current = { scene, number: item.number };
    if (state.position) scene.look(state.position);
    else if (state.piece === null || !framePiece(scene, state.piece, state.panel, false)) fitAll(false);
    scene.start();
  }, [scene, item, waiting, state, fitAll]);

  // The first ground of a case that had none is brought into view: it came just now.
  const bare = useRef(false);
  useEffect(() => {
    if (!scene?.framed || waiting || !item) return;
    const extent = scene.claims.extent() ?? item.bbox ?? null;
    if (extent && bare.current) fitAll();
    bare.current = extent === null;
  }, [scene, item, waiting, ground.claims.data, fitAll]);

  useEffect(() => {
    if (navigation === 'POP' && scene?.framed && position.current) scene.look(position.current);
  }, [scene, key, navigation]);

  return fitAll;
}
