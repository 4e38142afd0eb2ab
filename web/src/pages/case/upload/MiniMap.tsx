import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFixes, usePhotos } from '../../../api/queries';
import type { Case, FixCollection, Flight, Orthophoto, Walk } from '../../../api/types';
import { shortParties } from '../../../format/party';
import { type Padding, Scene } from '../../../map/scene';
import { defaultLayers } from '../../../url/mapState';
import { faultMarks } from '../faults';
import type { Ground } from '../useGround';
import styles from './Upload.module.css';

interface Props {
  of: Case;
  ground: Ground;
  walk?: Walk;
  photo?: Orthophoto;
  flight?: Flight;
}

const room: Padding = [18, 18, 44, 18]; // the scale bar stands below

/** A small still picture of what a file became, among the claims of its case. */
export function MiniMap({ of, ground, walk, photo, flight }: Props) {
  const { t, i18n } = useTranslation();
  const target = useRef<HTMLDivElement>(null);
  const scale = useRef<HTMLDivElement>(null);
  const [scene, setScene] = useState<Scene | null>(null);
  const fixes = useFixes(useMemo(() => (walk ? [walk.id] : []), [walk]))[0];
  const shots = usePhotos(flight?.id ?? null).data;

  useEffect(() => {
    const made = new Scene(target.current!, scale.current!, 'desk', {});
    made.map.getInteractions().clear(); // it is looked at; the wheel scrolls the report
    made.setVisible(new Set(defaultLayers));
    setScene(made);
    return () => made.dispose();
  }, []);

  useEffect(() => {
    if (!scene) return;
    const [sides, names] = [t('side.short'), shortParties(of.parties.map((p) => p.name))];
    scene.claims.setClaims(ground.claims.data, (side, party) => `${sides[side - 1] ?? side} · ${names.get(party) ?? party}`);
    if (fixes) scene.fixes.setWalks([fixes], t('walk.jump'));
    scene.setFaults(faultMarks(walk ? [walk] : [], t, i18n.language), null);
    scene.setPhotos(photo, undefined, null);
    scene.flight.show(shots);
    const bbox = fixes ? extentOf(fixes) : photo?.bbox ?? flight?.bbox;
    if (!bbox) return;
    scene.fitLonLat(bbox, room);
    scene.start();
  }, [scene, of.parties, ground.claims.data, fixes, walk, photo, flight, shots, t, i18n.language]);

  const name = walk?.filename ?? photo?.filename ?? flight?.filename;
  return (
    <div className={styles.map}>
      <div ref={target} className={styles.canvas} role="img" aria-label={t('upload.mapOf', { name })} data-testid="mini-map" />
      <div ref={scale} className={styles.scale} aria-hidden="true" />
    </div>
  );
}

/** West, south, east, north of the fixes; undefined without any. */
function extentOf({ features }: FixCollection): [number, number, number, number] | undefined {
  if (features.length === 0) return undefined;
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { geometry } of features) {
    const [lon = 0, lat = 0] = geometry.coordinates as number[];
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}
