import { useEffect, useRef, useState, type RefObject } from 'react';
import type { ReadoutHandle } from '../../../components/MapFurniture/Readout';
import { Scene } from '../../../map/scene';
import { positionText } from '../../../url/mapState';
import { usePatchQuery } from '../../../url/query';

interface Callbacks {
  onHover: (piece: number | null) => void;
  onSelect: (piece: number | null) => void;
  onTilesFailed: () => void;
}

/** Makes the scene of the case map and keeps its position in the address. */
export function useScene(
  target: RefObject<HTMLDivElement | null>,
  scaleBar: RefObject<HTMLDivElement | null>,
  readout: RefObject<ReadoutHandle | null>,
  callbacks: Callbacks,
): Scene | null {
  const [scene, setScene] = useState<Scene | null>(null);
  const patch = usePatchQuery();
  const latest = useRef(callbacks);
  latest.current = callbacks;

  useEffect(() => {
    const made = new Scene(target.current!, scaleBar.current!, 'desk', {
      onMove: (position) => made.framed && patch({ map: positionText(position) }, { replace: true }),
      onPointer: (lonLat) => readout.current?.show(lonLat, lonLat && made.plane ? made.plane.toPlane(lonLat) : null),
      onHover: (n) => latest.current.onHover(n),
      onSelect: (n) => latest.current.onSelect(n),
      onTilesFailed: () => latest.current.onTilesFailed(),
    });
    setScene(made);
    return () => made.dispose();
  }, [target, scaleBar, readout, patch]);

  return scene;
}
