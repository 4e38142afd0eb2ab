import type { Padding, Scene } from '../../map/scene';
import type { WalkLayers } from '../../map/walkLayers';

/** Asks the map to take the size of the paper, or of the screen again. */
const events = { before: 'walk-paper', after: 'walk-screen' };

/** Prints the report once the map has drawn itself, with its picture, at the size of the paper. */
export function printWalk(scene: Scene): void {
  window.dispatchEvent(new Event(events.before));
  scene.map.once('rendercomplete', () => {
    window.print();
    window.dispatchEvent(new Event(events.after));
  });
  scene.map.render();
}

/** On paper the map has another size, and shows the whole walk; also when printing begins in the browser's own menu. Returns what ends that. */
export function servePaper(scene: Scene, layers: WalkLayers, room: Padding): () => void {
  let before: { center: number[] | undefined; resolution: number | undefined } | null = null;
  const prepare = () => {
    if (before) return;
    const view = scene.map.getView();
    before = { center: view.getCenter(), resolution: view.getResolution() };
    document.documentElement.classList.add('printing');
    scene.map.updateSize();
    const extent = layers.extent();
    if (extent) scene.fit(extent, room, false);
  };
  const onBefore = () => {
    prepare();
    scene.map.renderSync();
    scene.map.renderSync(); // the first told grid and names the new scale
  };
  const onAfter = () => {
    if (!before) return;
    document.documentElement.classList.remove('printing');
    scene.map.updateSize();
    scene.map.getView().setCenter(before.center);
    scene.map.getView().setResolution(before.resolution);
    before = null;
  };
  window.addEventListener(events.before, prepare);
  window.addEventListener(events.after, onAfter);
  window.addEventListener('beforeprint', onBefore);
  window.addEventListener('afterprint', onAfter);
  return () => {
    window.removeEventListener(events.before, prepare);
    window.removeEventListener(events.after, onAfter);
    window.removeEventListener('beforeprint', onBefore);
    window.removeEventListener('afterprint', onAfter);
    document.documentElement.classList.remove('printing');
  };
}
