import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useContours } from '../../api/pictures';
import { useRunBands } from '../../api/queries';
import type { PieceCollection, SessionView } from '../../api/types';
import { shortParties } from '../../format/party';
import { PhotoNote } from '../../components/PhotoNote/PhotoNote';
import { NorthArrow } from '../../components/MapFurniture/NorthArrow';
import { Scene, type Padding } from '../../map/scene';
import { plateText } from '../case/pieceText';
import styles from './SessionPage.module.css';

interface Props {
  view: SessionView;
  piece: number | null;
  onChoose: (piece: number | null) => void;
  onScene: (scene: Scene | null) => void;
}

const padding: Padding = [90, 90, 100, 90];

/** The frozen map, for a screen seen from the back of the hall. */
export function SessionMap({ view, piece, onChoose, onScene }: Props) {
  const { t } = useTranslation();
  const target = useRef<HTMLDivElement>(null);
  const scaleBar = useRef<HTMLDivElement>(null);
  const scene = useRef<Scene | null>(null);
  const choose = useRef(onChoose);
  choose.current = onChoose;

  useEffect(() => {
    const made = new Scene(target.current!, scaleBar.current!, 'projector', { onSelect: (n) => choose.current(n) });
    scene.current = made;
    const [sides, names] = [t('side.short'), shortParties(view.case.parties.map((p) => p.name))];
    made.setCRS(view.crs);
    made.setPhotos(view.orthophoto, undefined, null);
    made.pieces.set(atLevel(view.pieces, 'nominal'), atLevel(view.pieces, 'core'), view.outer);
    made.pieces.setText((p) => plateText(view.run, p.n, t));
    made.claims.setObstacles(made.pieces.boxes());
    made.claims.setClaims(view.claims, (side, party) => `${sides[side - 1] ?? side} · ${names.get(party) ?? party}`);
    made.setVisible(new Set(view.session.layers.filter((l) => l !== 'walks')));
    const extent = made.claims.extent();
    if (extent) made.fit(extent, padding, false);
    made.start();
    onScene(made);
    return () => {
      onScene(null);
      made.dispose();
    };
  }, [view, t, onScene]);

  const bands = useRunBands(view.run.id, view.session.layers.includes('bands'));
  useEffect(() => scene.current?.claims.setBands(bands.data), [bands.data, view, t]);

  const contours = useContours(view.session.contours ?? null);
  useEffect(() => scene.current?.contours.show(contours.data, view.model?.shift?.web), [contours.data, view, t]);

  useEffect(() => {
    const s = scene.current;
    if (!s) return;
    s.pieces.mark(piece, null);
    const extent = piece === null ? s.claims.extent() : s.pieces.extent(piece);
    if (extent) s.fit(extent, piece === null ? padding : [160, 160, 200, 160]);
  }, [piece, view]);

  return (
    <div className={styles.mapBox}>
      <div ref={target} className={styles.map} role="application" aria-label={t('map.label')} data-testid="session-map" />
      <div className={styles.north}><NorthArrow size={64} /></div>
      <div className={styles.foot}>
        <div ref={scaleBar} className={styles.scale} />
        <PhotoNote photo={view.orthophoto} large />
      </div>
    </div>
  );
}

export function atLevel(pieces: PieceCollection, level: 'nominal' | 'core'): PieceCollection {
  return { ...pieces, features: pieces.features.filter((f) => f.properties.level === level) };
}
