import { useEffect, useRef } from 'react';
import { useLocation, useNavigationType } from 'react-router';
import type { OverlapDetail, TileJSON } from '../../api/types';
import type { AuditMap } from '../../map/auditMap';
import { pairText, type AuditState } from '../../url/auditState';
import { paddingOf } from '../case/map/framing';

/**
 * Decides where the map of an audit looks: at first where the address says, else at
 * the chosen overlap, else at the whole register; then at each overlap that is
 * chosen; and after Back, where it looked then.
 */
export function useAuditFraming(map: AuditMap | null, tiles: TileJSON | undefined, state: AuditState, detail: OverlapDetail | null | undefined): void {
  const navigation = useNavigationType();
  const { key } = useLocation();
  const shown = useRef<string | null>(null);
  const latest = useRef(state);
  latest.current = state;

  useEffect(() => {
    if (!map || !tiles || detail === undefined) return;
    map.setChosen(detail ?? undefined);
    const { position, panel } = latest.current;
    const pair = detail && pairText(detail);
    if (!map.framed) {
      if (position) map.look(position);
      else if (detail) map.fitChosen(paddingOf(panel), false);
      else if (tiles.bounds) map.fitLonLat(tiles.bounds, paddingOf(panel));
      map.start();
    } else if (pair && pair !== shown.current) {
      map.fitChosen(paddingOf(panel), true);
    }
    shown.current = pair;
  }, [map, tiles, detail]);

  useEffect(() => {
    const { position } = latest.current;
    if (navigation === 'POP' && map?.framed && position) map.look(position);
  }, [map, key, navigation]);
}
