import type MapBrowserEvent from 'ol/MapBrowserEvent';
import type OlMap from 'ol/Map';
import PointerInteraction from 'ol/interaction/Pointer';
import type { DrawnPart } from '../kernel/codec';
import { OwnCanvas } from './ownCanvas';
import { deskProposal, middles, paintLine, paintParts, projectorProposal, type Owner } from './proposalPaint';
import { hitOf, nearest, type Hit } from './proposalHit';
import type { XY } from './thin';

/** Told of every move of the line; `settled` when the hand has let go. */
export type OnLine = (line: readonly XY[], settled: boolean) => void;

type PointerEventOnMap = MapBrowserEvent<PointerEvent>;

interface Drag {
  hit: Hit;
  from: XY; // where the hand took hold, in map units
  before: readonly XY[];
}

/**
 * The line of a proposal under the hand: drawn click by click, then moved by
 * its vertices, its middles (which become vertices) or as a whole. It works in
 * map units and knows neither pieces nor figures.
 */
export class ProposalTool {
  /** Whether vertices jump to those of claim lines nearby. */
  snapping = false;
  private readonly fills: OwnCanvas;
  private readonly top: OwnCanvas;
  private readonly interaction: PointerInteraction;
  private onLine: OnLine | null = null;
  private line: readonly XY[] = [];
  private parts: readonly DrawnPart[] = [];
  private ownerOf: (part: DrawnPart) => Owner = () => ({ colour: '#111111', word: '' });
  private label = '';
  private drawing = false;
  private drag: Drag | null = null;
  private touched: number | null = null;

  constructor(private readonly map: OlMap, private readonly corners: () => readonly XY[], scale: 'desk' | 'projector') {
    const size = scale === 'projector' ? projectorProposal : deskProposal;
    this.fills = new OwnCanvas(15, (context, toPixel) => paintParts(context, toPixel, this.parts, size, this.ownerOf));
    this.top = new OwnCanvas(40, (context, toPixel) => paintLine(context, toPixel, this.line, size, this.drawing, this.label));
    map.addLayer(this.fills.layer);
    map.addLayer(this.top.layer);
    this.interaction = new PointerInteraction({
      handleDownEvent: (e) => this.down(e as PointerEventOnMap),
      handleDragEvent: (e) => this.dragged(e as PointerEventOnMap),
      handleUpEvent: () => this.up(),
      handleMoveEvent: (e) => this.moved(e as PointerEventOnMap),
      stopDown: (handled) => handled,
    });
    const passOn = this.interaction.handleEvent.bind(this.interaction);
    this.interaction.handleEvent = (e) => (e.type === 'click' ? this.clicked(e as PointerEventOnMap) : e.type !== 'dblclick') && passOn(e);
  }

  /** Takes the tool out. */
  start(label: string, onLine: OnLine): void {
    if (!this.onLine) this.map.addInteraction(this.interaction);
    [this.label, this.onLine] = [label, onLine];
    this.show(true);
  }

  /** Puts it away, with the line. */
  stop(): void {
    if (this.onLine) this.map.removeInteraction(this.interaction);
    this.onLine = null;
    this.drag = null;
    [this.line, this.parts, this.drawing] = [[], [], false];
    this.point('');
    this.show(false);
  }

  /** True while a click belongs to the line and chooses no piece. */
  get busy(): boolean {
    return this.onLine !== null && (this.drawing || this.touched !== null);
  }

  /** True while the tool is out and a line is being drawn. */
  get isDrawing(): boolean {
    return this.onLine !== null && this.drawing;
  }

  /** Shows or hides everything, without putting the tool away: nothing of it goes on paper. */
  show(visible: boolean): void {
    for (const canvas of [this.fills, this.top]) canvas.layer.setVisible(visible && this.onLine !== null);
  }

  /** Puts a line down. One of less than two vertices is to be drawn. */
  setLine(line: readonly XY[]): void {
    this.drag = null;
    this.drawing = line.length < 2;
    this.line = this.drawing ? [] : line;
    this.point(this.drawing ? 'crosshair' : '');
    this.top.repaint();
  }

  /** Shows the parts that the line makes, and whose they would be. */
  setParts(parts: readonly DrawnPart[], ownerOf: (part: DrawnPart) => Owner): void {
    [this.parts, this.ownerOf] = [parts, ownerOf];
    this.fills.repaint();
  }

  /** Takes back the drag, or the drawing. False when there was neither. */
  cancel(): boolean {
    if (this.drag) {
      this.set(this.drag.before, true);
      this.drag = null;
      return true;
    }
    if (!this.drawing || this.line.length === 0) return false;
    this.set([], false);
    return true;
  }

  /** Takes back the last vertex of a line that is being drawn. False when none is. */
  back(): boolean {
    if (!this.drawing || this.line.length === 0) return false;
    const kept = this.line.slice(0, -2); // the last is under the hand
    this.set(kept.length > 0 ? [...kept, this.line.at(-1)!] : [], false);
    return true;
  }

  /** Ends the drawing at the last vertex that was set. */
  finish(): void {
    if (!this.drawing || this.line.length < 3) return;
    this.drawing = false;
    this.point('');
    this.set(this.line.slice(0, -1), true);
  }

  /** Removes the vertex touched last; two stay. */
  removeTouched(): boolean {
    if (this.drawing || this.touched === null || this.line.length < 3 || this.touched >= this.line.length) return false;
    const touched = this.touched;
    this.touched = null;
    this.set(this.line.filter((_, i) => i !== touched), true);
    return true;
  }

  private set(line: readonly XY[], settled: boolean): void {
    this.line = line;
    this.top.repaint();
    this.onLine?.(line, settled);
  }

  private clicked(e: PointerEventOnMap): boolean {
    if (!this.drawing) return true;
    const at = this.placeOf(e);
    const set = this.line.slice(0, -1);
    const last = set.at(-1);
    if (last && this.distance(last, at) < 6) this.finish();
    else this.set([...set, at, at], false);
    return false;
  }

  private moved(e: PointerEventOnMap): void {
    if (this.drawing) {
      if (this.line.length > 0) this.set([...this.line.slice(0, -1), this.placeOf(e)], false);
      return;
    }
    const hit = this.hit(e);
    this.touched = hit ? this.touched : null;
    this.point(hit === null ? '' : hit.on === 'line' ? 'move' : 'grab');
  }

  private down(e: PointerEventOnMap): boolean {
    if (this.drawing || e.activePointers && e.activePointers.length > 1) return false;
    const hit = this.hit(e);
    if (!hit) {
      this.touched = null;
      return false;
    }
    this.drag = { hit, from: this.rawPlaceOf(e), before: this.line };
    this.touched = hit.on === 'vertex' ? hit.index : hit.on === 'middle' ? hit.index + 1 : 0;
    this.point(hit.on === 'line' ? 'move' : 'grabbing');
    return true;
  }

  private dragged(e: PointerEventOnMap): void {
    if (!this.drag) return;
    const { hit, from, before } = this.drag;
    if (hit.on === 'line') {
      const [x, y] = this.rawPlaceOf(e);
      this.set(before.map(([a, b]): XY => [a + x - from[0], b + y - from[1]]), false);
      return;
    }
    const at = this.placeOf(e);
    this.set(hit.on === 'vertex' ? before.with(hit.index, at) : before.toSpliced(hit.index + 1, 0, at), false);
  }

  private up(): boolean {
    if (this.drag && this.line !== this.drag.before) this.set(this.line, true);
    this.drag = null;
    return false;
  }

  private hit(e: PointerEventOnMap): Hit | null {
    const pixels = this.line.map((p) => this.pixelOf(p));
    return hitOf(this.map.getEventPixel(e.originalEvent) as unknown as XY, pixels, middles(pixels), e.originalEvent.pointerType === 'touch' ? 22 : 11);
  }

  /** The place of an event, or of a claim's vertex close to it. */
  private placeOf(e: PointerEventOnMap): XY {
    const at = this.rawPlaceOf(e);
    if (!this.snapping) return at;
    const reach = 12 * (this.map.getView().getResolution() ?? 0);
    return nearest(this.corners(), at, reach) ?? at;
  }

  private rawPlaceOf(e: PointerEventOnMap): XY {
    return this.map.getEventCoordinate(e.originalEvent) as unknown as XY;
  }

  private pixelOf(p: XY): XY {
    return (this.map.getPixelFromCoordinate([...p]) ?? [NaN, NaN]) as unknown as XY;
  }

  private point(cursor: string): void {
    const viewport = this.map.getViewport();
    if (viewport) viewport.style.cursor = cursor;
  }

  private distance(p: XY, q: XY): number {
    return Math.hypot(p[0] - q[0], p[1] - q[1]) / (this.map.getView().getResolution() ?? 1);
  }
}
