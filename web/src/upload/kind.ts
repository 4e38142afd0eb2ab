/** What a file becomes. Empty until a person has said it. */
export type Kind = 'walk' | 'orthophoto' | 'flight' | '';

const pictures = /\.(tiff?|gtiff|btf)$/i;
const archives = /\.zip$/i;
const shapes = /\.shp$/i;
const partsOfShapes = /\.(shx|dbf|prj|cpg|sbn|sbx|qix)$/i;
const drawn = /\.(tfw|tifw|tiffw|wld|prj)$/i;
const leftovers = /(^|\/)(\.|~\$)|(^|\/)(thumbs\.db|desktop\.ini)$|\.(aux\.xml|ovr|tmp|part|crdownload)$/i;
const photos = /\.(jpe?g|dng)$/i;

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
  file: File;
  kind: Kind;
  world?: File;
  prj?: File;
}

/** What a folder holds: files to send, how many photos and Shapefiles (they go as a zip), and how many files are nothing to send. */
export interface Sorting {
  files: Sorted[];
  photos: number;
  shapes: number;
  skipped: number;
}

/**
 * Sorts what was dropped. World and .prj files go with the picture of their name.
 * Photos and the parts of a Shapefile are no files to be sent one by one, and
 * leftovers of systems and programs go nowhere.
 */
export function sorted(found: readonly Found[]): Sorting {
  const stem = (path: string) => path.toLowerCase().replace(/\.[^./]+$/, '');
  const pictureStems = new Set(found.filter((f) => pictures.test(f.path)).map((f) => stem(f.path)));
  const shapeStems = new Set(found.filter((f) => shapes.test(f.path)).map((f) => stem(f.path)));
  const beside = (path: string) => drawn.test(path) && pictureStems.has(stem(path));
  const part = (path: string) => partsOfShapes.test(path) && shapeStems.has(stem(path));
  const sorting: Sorting = { files: [], photos: 0, shapes: 0, skipped: 0 };
  for (const { path, file } of [...found].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (leftovers.test(path)) sorting.skipped += 1;
    else if (photos.test(path)) sorting.photos += 1;
    else if (shapes.test(path)) sorting.shapes += 1;
    else if (part(path)) continue;
    else if (!beside(path)) {
      const near = pictures.test(path) ? found.filter((f) => drawn.test(f.path) && stem(f.path) === stem(path)) : [];
      sorting.files.push({
        file,
        kind: guessKind(path),
        world: near.find((f) => !/\.prj$/i.test(f.path))?.file,
        prj: near.find((f) => /\.prj$/i.test(f.path))?.file,
      });
    }
  }
  return sorting;
}
