import { fromLonLat, toLonLat } from 'ol/proj';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PieceCollection } from '../../api/types';
import { partyColour } from '../../map/colour';
import type { Plane } from '../../map/plane';
import type { Scene } from '../../map/scene';
import type { XY } from '../../map/thin';
import type { Cut, DrawnPart, EastNorth, Rings } from '../../kernel/codec';
import type { Kernel } from '../../kernel/kernel';
import { tokens } from '../../app/tokens';
import { usePatchQuery } from '../../url/query';
import { lineText, toMillimetre, type Seats } from '../../url/proposalLine';
import { seatsAt } from './shares';

interface Laid {
  n: number;
  sides: readonly number[];
  rings: Rings;
}

/** The pieces that can be divided, in the order of their numbers. */
export function laidPieces(nominal: PieceCollection | undefined): Laid[] {
  return (nominal?.features ?? [])
    .flatMap(({ properties: { n, sides, rings } }) => (n !== undefined && sides && rings ? [{ n, sides, rings }] : []))
    .sort((a, b) => a.n - b.n);
}

export interface Division {
  pieces: readonly Laid[];
  cuts: readonly Cut[];
  drawing: boolean;
  canUndo: boolean;
  undo: () => void;
  redraw: () => void;
}

/**
 * Divides the pieces by the line under the hand, once a frame. The line lives
 * in the address; while it is dragged, only here.
 */
export function useDivision(scene: Scene | null, kernel: Kernel | null, srid: number | undefined, nominal: PieceCollection | undefined, line: readonly EastNorth[], seats: ReadonlyMap<number, Seats>): Division {
  const { t } = useTranslation();
  const patch = usePatchQuery();
  const pieces = useMemo(() => laidPieces(nominal), [nominal]);
  const [cuts, setCuts] = useState<readonly Cut[]>([]);
  const [history, setHistory] = useState<readonly (readonly EastNorth[])[]>([]);
  const latest = useRef({ line, seats, pieces });
  latest.current = { line, seats, pieces };
  const text = lineText(line);
  const hand = useRef(line); // the line of the next frame

  const ownerOf = useCallback(
    ({ piece, side }: DrawnPart) => {
      const { seats, pieces } = latest.current;
      const [left, right] = seatsAt(pieces[piece] ?? { n: 0, sides: [] }, seats);
      const owner = side > 0 ? left : right;
      return side === 0 ? { colour: tokens.toleranceText, word: '?' } : { colour: partyColour(owner), word: t('side.short')[owner - 1] ?? String(owner) };
    },
    [t],
  );

  const divide = useCallback(
    (by: readonly EastNorth[]) => {
      if (!scene || !kernel) return;
      setCuts(kernel.divide(by));
      scene.proposal.setParts(kernel.parts(), ownerOf);
    },
    [scene, kernel, ownerOf],
  );

  const plane = scene?.plane ?? null;
  const laid = useRef<unknown>(null);
  useEffect(() => {
    if (!kernel || srid === undefined || pieces.length === 0) return;
    if (laid.current !== pieces) kernel.lay(srid, pieces.map((p) => p.rings));
    laid.current = pieces;
  }, [kernel, srid, pieces]);

  // The tool is out while there is something to divide; it tells of each move, and the last of a frame counts.
  useEffect(() => {
    if (!scene || !kernel || !plane || pieces.length === 0) return undefined;
    let frame = 0;
    scene.proposal.start(t('proposal.label'), (moved, settled) => {
      const next = moved.map((p) => toPlane(plane, p));
      hand.current = next;
      if (settled) {
        const before = latest.current.line;
        if (before.length > 0) setHistory((h) => [...h.slice(-99), before]);
        patch({ line: lineText(next) }, { replace: true });
      }
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        divide(hand.current);
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      scene.proposal.stop();
    };
  }, [scene, kernel, plane, pieces, divide, patch, t]);

  // The line of the address: at first, after a reload, and after each move that is done.
  useEffect(() => {
    if (!scene || !kernel || !plane || pieces.length === 0) return;
    const { line } = latest.current;
    if (line.length === 0 && scene.proposal.isDrawing) return; // the hand was quicker than the address
    scene.proposal.setLine(line.map((p) => toMap(plane, p)));
    divide(line);
  }, [scene, kernel, plane, pieces, text, divide]);

  useEffect(() => {
    if (scene && kernel && pieces.length > 0 && laid.current === pieces) scene.proposal.setParts(kernel.parts(), ownerOf);
  }, [scene, kernel, pieces, seats, ownerOf]);

  const undo = useCallback(() => {
    if (scene?.proposal.back()) return;
    const before = history.at(-1);
    if (!before) return;
    setHistory(history.slice(0, -1));
    patch({ line: lineText(before) }, { replace: true });
    if (!scene || !plane) return;
    // A quick hand undoes a move before the page has seen it in the address: to the page nothing has changed then.
    hand.current = before;
    scene.proposal.setLine(before.map((p) => toMap(plane, p)));
    divide(before);
  }, [scene, plane, history, patch, divide]);

  const redraw = useCallback(() => {
    if (latest.current.line.length > 0) setHistory((h) => [...h, latest.current.line]);
    patch({ line: 'new' }, { replace: true });
    scene?.proposal.setLine([]);
  }, [scene, patch]);

  useKeys(scene, undo);
  return { pieces, cuts, drawing: line.length === 0, canUndo: history.length > 0, undo, redraw };
}

/** Esc takes back what is under the hand, Enter ends the drawing, Ctrl+Z undoes, Delete removes the vertex touched. */
function useKeys(scene: Scene | null, undo: () => void): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!scene || (e.target instanceof HTMLElement && e.target.closest('input, textarea, [role=dialog]'))) return;
      const done =
        (e.key === 'Escape' && scene.proposal.cancel()) ||
        (e.key === 'Enter' && !(e.target instanceof HTMLButtonElement) && (scene.proposal.finish(), false)) ||
        ((e.key === 'Delete' || e.key === 'Backspace') && scene.proposal.removeTouched()) ||
        (e.key.toLowerCase() === 'z' && (e.ctrlKey || e.metaKey) && !e.shiftKey && (undo(), true));
      if (!done) return;
      e.preventDefault();
      e.stopImmediatePropagation();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [scene, undo]);
}

function toPlane(plane: Plane, p: XY): EastNorth {
  return toMillimetre(plane.toPlane(toLonLat([...p])));
}

function toMap(plane: Plane, p: EastNorth): XY {
  return fromLonLat(plane.toLonLat(p)) as unknown as XY;
}
