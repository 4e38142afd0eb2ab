import { Bundle } from './bundle';

/** What a file becomes. Empty until a person has said it. */
export type Kind = 'walk' | 'orthophoto' | 'flight' | '';

const pictures = /\.(tiff?|gtiff|btf)$/i;
const archives = /\.zip$/i;
const shapes = /\.shp$/i;
const partsOfShapes = /\.(shx|dbf|prj|cpg|sbn|sbx|qix)$/i;
const drawn = /\.(tfw|tifw|tiffw|wld|prj)$/i;
const leftovers = /(^|\/)(\.|~\$)|(^|\/)(thumbs\.db|desktop\.ini)$|\.(aux\.xml|ovr|tmp|part|crdownload)$/i;
const photos = /\.(jpe?g|dng)$/i;
const flightLogs = /\.(mrk|nav|obs|rtk|rtb|rpl|bin)$/i; // what drones write beside their photos, for PPK

/**
 * Guesses from its name what a file becomes. A zip may hold a walk or the photos
 * of a flight: the person says which. The server looks at the content.
 */
export function guessKind(name: string): Kind {
  if (pictures.test(name)) return 'orthophoto';
  return archives.test(name) ? '' : 'walk';
}

/** A file with the path that it has in the folder it came in. */
export interface Found {
  path: string;
  file: File;
}

/** A file to be sent, with what lies beside a picture: its world file and its CRS. */
export interface Sorted {
  file: File | Bundle;
  kind: Kind;
  world?: File;
  prj?: File;
}

/** What a folder holds: files to send, how many photos and Shapefiles go packed, and how many files are nothing to send. */
export interface Sorting {
  files: Sorted[];
  photos: number;
  shapes: number;
  skipped: number;
}

/**
 * Sorts what was dropped. World and .prj files go with the picture of their name.
 * The photos of each folder that was dropped are one flight, with the logs that lie
 * beside them, and go as one zip of its name; the parts of a Shapefile, too. Leftovers
 * of systems and programs go nowhere.
 */
export function sorted(found: readonly Found[]): Sorting {
  const sorting: Sorting = { files: [], photos: 0, shapes: 0, skipped: 0 };
  const all = [...found].filter(({ path }) => {
    const left = leftovers.test(path);
    if (left) sorting.skipped += 1;
    return !left;
  }).sort((a, b) => (a.path < b.path ? -1 : 1));
  const taken = new Set<Found>();
  const pack = (name: string, parts: readonly Found[], path: (f: Found) => string, kind: Kind) => {
    for (const f of parts) taken.add(f);
    sorting.files.push({ file: new Bundle(name, parts.map((f) => ({ path: path(f), file: f.file }))), kind });
  };

  const withPhotos = new Set(all.filter((f) => photos.test(f.path)).map((f) => folder(f.path)));
  const flights = all.filter((f) => photos.test(f.path) || (flightLogs.test(f.path) && withPhotos.has(folder(f.path))));
  for (const [top, parts] of grouped(flights, (f) => topFolder(f.path))) {
    sorting.photos += parts.filter((f) => photos.test(f.path)).length;
    pack(`${top || parts[0]!.file.name.replace(/\.[^.]+$/, '')}.zip`, parts, (f) => f.path.slice(top ? top.length + 1 : 0), 'flight');
  }
  const shapeStems = new Set(all.filter((f) => shapes.test(f.path)).map((f) => stem(f.path)));
  const partsOfAll = all.filter((f) => shapes.test(f.path) || (partsOfShapes.test(f.path) && shapeStems.has(stem(f.path))));
  for (const parts of grouped(partsOfAll, (f) => stem(f.path)).values()) {
    sorting.shapes += 1;
    const shp = parts.find((f) => shapes.test(f.path))!;
    pack(shp.file.name.replace(shapes, '.zip'), parts, (f) => f.path.slice(folder(f.path).length).replace(/^\//, ''), 'walk');
  }

  const pictureStems = new Set(all.filter((f) => pictures.test(f.path)).map((f) => stem(f.path)));
  for (const f of all) {
    if (taken.has(f) || (drawn.test(f.path) && pictureStems.has(stem(f.path)))) continue;
    const near = pictures.test(f.path) ? all.filter((o) => drawn.test(o.path) && stem(o.path) === stem(f.path)) : [];
    sorting.files.push({
      file: f.file,
      kind: guessKind(f.path),
      world: near.find((o) => !/\.prj$/i.test(o.path))?.file,
      prj: near.find((o) => /\.prj$/i.test(o.path))?.file,
    });
  }
  return sorting;
}

const stem = (path: string) => path.toLowerCase().replace(/\.[^./]+$/, '');
const folder = (path: string) => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const topFolder = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

function grouped(found: readonly Found[], by: (f: Found) => string): Map<string, Found[]> {
  const groups = new Map<string, Found[]>();
  for (const f of found) {
    const group = groups.get(by(f));
    if (group) group.push(f);
    else groups.set(by(f), [f]);
  }
  return groups;
}
