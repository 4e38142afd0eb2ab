import { useEffect, useRef, useState, type RefObject } from 'react';
import { toLonLat } from 'ol/proj';
import { useTranslation } from 'react-i18next';
import { useClaims, useOrthophotos } from '../../api/queries';
import type { Case, Walk } from '../../api/types';
import { NorthArrow } from '../../components/MapFurniture/NorthArrow';
import { Readout, type ReadoutHandle } from '../../components/MapFurniture/Readout';
import { PhotoNote } from '../../components/PhotoNote/PhotoNote';
import { shortParties } from '../../format/party';
import { type Padding, Scene } from '../../map/scene';
import { type WalkFix, WalkLayers, type WalkMark } from '../../map/walkLayers';
import { defaultLayers } from '../../url/mapState';
import { Legend } from './Legend';
import { servePaper } from './paper';
import styles from './Walk.module.css';

/** A place that a row leads to. */
export interface Shown {
  key: string;
  lon: number;
  lat: number;
}

interface Props {
  walk: Walk;
  item: Case | undefined;
  fixes: readonly WalkFix[];
  marks: readonly WalkMark[];
  chosen: string | null;
  onChoose: (key: string | null) => void;
  onPlace?: (at: readonly [number, number]) => void; // while places are marked, a click is one
  shownRef: RefObject<Shown | null>; // the row that was last chosen, which may be no mark of the map
  sceneRef: RefObject<Scene | null>;
}

const room: Padding = [28, 28, 52, 28];

/** The walk on a map of its own, among the claims of its case and on its newest picture. */
export function WalkMap({ walk, item, fixes, marks, chosen, onChoose, onPlace, shownRef, sceneRef }: Props) {
  const { t } = useTranslation();
  const target = useRef<HTMLDivElement>(null);
  const scaleBar = useRef<HTMLDivElement>(null);
  const readout = useRef<ReadoutHandle>(null);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  const place = useRef(onPlace);
  place.current = onPlace;
  const [drawn, setDrawn] = useState<{ scene: Scene; layers: WalkLayers } | null>(null);
  const claims = useClaims(walk.case).data;
  const photo = useOrthophotos(walk.case).data?.[0];

  useEffect(() => {
    const scene = new Scene(target.current!, scaleBar.current!, 'desk', {
      onPointer: (lonLat) => readout.current?.show(lonLat, lonLat && scene.plane ? scene.plane.toPlane(lonLat) : null),
    });
    const layers = new WalkLayers();
    for (const layer of [layers.band, layers.line, layers.marks]) scene.map.addLayer(layer);
    scene.setVisible(new Set(defaultLayers));
    scene.map.on('singleclick', (e) => {
      if (place.current) return place.current(toLonLat(e.coordinate) as [number, number]);
      const mark = scene.map.forEachFeatureAtPixel(e.pixel, (f) => f.get('mark') as WalkMark | undefined, { layerFilter: (l) => l === layers.marks, hitTolerance: 6 });
      choose.current(mark?.key ?? null);
    });
    setDrawn({ scene, layers });
    sceneRef.current = scene;
    return () => {
      sceneRef.current = null;
      scene.dispose();
    };
  }, [sceneRef]);

  useEffect(() => drawn?.scene.setCRS(item?.crs), [drawn, item?.crs]);
  useEffect(() => drawn?.scene.setPhotos(photo, undefined, null), [drawn, photo]);
  useEffect(() => {
    const [sides, names] = [t('side.short'), shortParties(item?.parties.map((p) => p.name) ?? [])];
    // The claim made from this walk is what is drawn here; only those of others stand beside it.
    const others = claims && { ...claims, features: claims.features.filter((c) => c.properties.side !== walk.side) };
    drawn?.scene.claims.setClaims(others, (side, party) => `${sides[side - 1] ?? side} · ${names.get(party) ?? party}`);
  }, [drawn, claims, item?.parties, walk.side, t]);

  const framed = useRef(false);
  const wanted = useRef<Shown | undefined>(undefined);
  wanted.current = chosen === null ? undefined : shownRef.current?.key === chosen ? shownRef.current : marks.find((m) => m.key === chosen);
  useEffect(() => {
    if (!drawn || fixes.length === 0) return;
    drawn.layers.setFixes(fixes);
    const extent = drawn.layers.extent();
    if (framed.current || !extent) return;
    framed.current = true;
    // The page is laid out anew when what stands below the map comes, or the window changes: what is
    // looked at, the line or the place that was chosen, stays in view until a hand takes the map.
    const { scene } = drawn;
    const look = () => (wanted.current ? scene.fitPlace(wanted.current.lon, wanted.current.lat, room) : scene.fit(extent, room, false));
    scene.map.on('change:size', look);
    for (const hand of ['pointerdown', 'wheel']) target.current!.addEventListener(hand, () => scene.map.un('change:size', look), { once: true });
    look();
    scene.start();
  }, [drawn, fixes]);
  useEffect(() => drawn?.layers.setMarks(marks, chosen), [drawn, marks, chosen]);
  useEffect(() => (drawn ? servePaper(drawn.scene, drawn.layers, room) : undefined), [drawn]);

  return (
    <>
      <div ref={target} className={styles.canvas} tabIndex={0} role="application" aria-label={t('walkReport.map')} data-testid="walk-map" />
      <div className={styles.north}><NorthArrow size={30} /></div>
      <Legend fixes={fixes} marks={marks} />
      <div className={styles.mapFoot}>
        <div ref={scaleBar} className={styles.scale} data-testid="walk-scale" />
        <Readout ref={readout} crs={item?.crs} />
        <PhotoNote photo={photo} />
      </div>
    </>
  );
}
