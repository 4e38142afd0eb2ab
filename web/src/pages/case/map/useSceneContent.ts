import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useClaimBands } from '../../../api/queries';
import { useContours } from '../../../api/pictures';
import { usePhotos } from '../../../api/queries';
import type { Case, FixCollection } from '../../../api/types';
import { shortParties } from '../../../format/party';
import type { Scene } from '../../../map/scene';
import type { MapState } from '../../../url/mapState';
import { faultMarks } from '../faults';
import { plateText } from '../pieceText';
import type { Ground } from '../useGround';

/** Tells the scene what to show, whenever it changes. */
export function useSceneContent(scene: Scene | null, item: Case | undefined, ground: Ground, state: MapState, hovered: number | null): void {
  const { t, i18n } = useTranslation();
  const run = ground.run.data;
  const photos = ground.orthophotos.data;

  useEffect(() => scene?.setCRS(item?.crs), [scene, item?.crs]);

  useEffect(() => {
    scene?.pieces.set(ground.nominal.data, ground.core.data, ground.outer.data);
    scene?.claims.setObstacles(scene.pieces.boxes());
  }, [scene, ground.nominal.data, ground.core.data, ground.outer.data]);

  const bands = useClaimBands(item?.number ?? '', item !== undefined && state.layers.has('bands'));
  useEffect(() => scene?.claims.setBands(bands.data), [scene, bands.data]);

  useEffect(() => {
    const [sides, names] = [t('side.short'), shortParties(item?.parties.map((p) => p.name) ?? [])];
    scene?.claims.setClaims(ground.claims.data, (side, party) => `${sides[side - 1] ?? side} · ${names.get(party) ?? party}`);
  }, [scene, ground.claims.data, item?.parties, t]);

  useEffect(() => {
    scene?.pieces.setText((p) => plateText(run, p.n, t));
  }, [scene, run, t]);

  useEffect(() => scene?.pieces.mark(state.piece, hovered), [scene, state.piece, hovered]);

  const fixesKey = ground.fixes.map((f) => f?.features.length ?? -1).join();
  const fixes = useMemo(() => ground.fixes.filter((f): f is FixCollection => f !== undefined), [fixesKey]); // eslint-disable-line
  useEffect(() => scene?.fixes.setWalks(fixes, t('walk.jump')), [scene, fixes, t]);

  useEffect(() => {
    scene?.setFaults(faultMarks(ground.walks.data ?? [], t, i18n.language), state.fault);
  }, [scene, ground.walks.data, state.fault, t, i18n.language]);

  useEffect(() => {
    const shown = photos?.find((p) => p.id === state.photo) ?? photos?.[0];
    scene?.setPhotos(shown, photos?.find((p) => p.id === state.right), state.swipe);
  }, [scene, photos, state.photo, state.right, state.swipe]);

  const shots = usePhotos(state.flight).data;
  useEffect(() => scene?.flight.show(state.flight ? shots : undefined), [scene, state.flight, shots]);

  const lines = useContours(state.contours).data;
  const shift = photos?.find((p) => p.id === state.contours)?.shift?.web;
  useEffect(() => scene?.contours.show(state.contours ? lines : undefined, shift), [scene, state.contours, lines, shift]);

  useEffect(() => scene?.setOpacity(state.opacity), [scene, state.opacity]);
  useEffect(() => scene?.setVisible(state.layers), [scene, state.layers]);
}
