import type { Scene } from '../../../map/scene';

interface Look {
  center: number[] | undefined;
  resolution: number | undefined;
}

let before: Look | null = null;

/** Gives the map the size that it has on paper, with the whole case on it; else the browser would stretch the screen's picture. */
function prepare(scene: Scene): void {
  if (before) return;
  const view = scene.map.getView();
  before = { center: view.getCenter(), resolution: view.getResolution() };
  document.documentElement.classList.add('printing');
  scene.proposal.show(false); // without prejudice: what goes on paper shows none
  scene.map.updateSize();
  const extent = scene.claims.extent();
  if (extent) scene.fit(extent, [40, 40, 40, 40], false);
}

/** Gives the map its screen back. */
function restore(scene: Scene): void {
  if (!before) return;
  const view = scene.map.getView();
  document.documentElement.classList.remove('printing');
  scene.proposal.show(true);
  scene.map.updateSize();
  view.setCenter(before.center);
  view.setResolution(before.resolution);
  before = null;
}

/** Prints the case once the map has drawn itself at the size of the paper. */
export function printMap(scene: Scene): void {
  prepare(scene);
  scene.map.once('rendercomplete', () => {
    window.print();
    restore(scene);
  });
  scene.map.render();
}

/** Serves printing that begins in the browser's own menu. Returns what ends that. */
export function servePrinting(scene: Scene): () => void {
  const onBefore = () => {
    prepare(scene);
    scene.map.renderSync();
    scene.map.renderSync(); // the first told grid and names the new scale
  };
  const onAfter = () => restore(scene);
  window.addEventListener('beforeprint', onBefore);
  window.addEventListener('afterprint', onAfter);
  return () => {
    window.removeEventListener('beforeprint', onBefore);
    window.removeEventListener('afterprint', onAfter);
  };
}
