import type { Scene } from '../../../map/scene';

/**
 * Prints the case page. The map is first drawn anew at the size that it has on
 * paper (the class `printing` sets it), else the browser would stretch the
 * screen's picture.
 */
export function printMap(page: HTMLElement, scene: Scene | null): void {
  if (!scene) {
    window.print();
    return;
  }
  const view = scene.map.getView();
  const before = { center: view.getCenter(), resolution: view.getResolution() };
  document.documentElement.classList.add('printing');
  page.dataset.printing = '';
  scene.map.updateSize();
  const extent = scene.claims.extent();
  if (extent) scene.fit(extent, [40, 40, 40, 40], false);
  scene.map.once('rendercomplete', () => {
    window.print();
    document.documentElement.classList.remove('printing');
    delete page.dataset.printing;
    scene.map.updateSize();
    view.setCenter(before.center);
    view.setResolution(before.resolution);
  });
  scene.map.render();
}
