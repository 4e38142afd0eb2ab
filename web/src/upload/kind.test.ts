import { describe, expect, it } from 'vitest';
import { guessKind, sorted } from './kind';

const found = (...paths: string[]) => paths.map((path) => ({ path, file: { name: path.split('/').pop()!, size: 1 } as File }));

describe('the kind of a file', () => {
  it.each([['dom.tif', 'orthophoto'], ['DOM.TIFF', 'orthophoto'], ['甲村.pos', 'walk'], ['points.csv', 'walk'], ['noending', 'walk'], ['a.zip', ''], ['a.tif.zip', '']])('of %s is guessed as "%s"', (name, kind) => {
    expect(guessKind(name)).toBe(kind);
  });
});

describe('a dropped folder', () => {
  it('is sorted into files in the order of their names', () => {
    const { files, photos, skipped } = sorted(found('f/b.gpx', 'f/a.tif', 'f/c.zip'));
    expect(files.map((f) => [f.file.name, f.kind])).toEqual([['a.tif', 'orthophoto'], ['b.gpx', 'walk'], ['c.zip', '']]);
    expect([photos, skipped]).toEqual([0, 0]);
  });

  it('gives a picture its world file and its CRS, and no other picture', () => {
    const { files } = sorted(found('f/A.tif', 'f/a.tfw', 'f/a.prj', 'f/b.tif', 'g/b.tfw'));
    expect(files.map((f) => [f.file.name, f.world?.name, f.prj?.name])).toEqual([['A.tif', 'a.tfw', 'a.prj'], ['b.tif', undefined, undefined], ['b.tfw', undefined, undefined]]);
  });

  it('leaves out what systems and programs leave behind, and counts it', () => {
    const { files, skipped } = sorted(found('f/.DS_Store', 'f/Thumbs.db', 'f/a.tif.aux.xml', 'f/a.tif.ovr', 'f/a.pos'));
    expect(files.map((f) => f.file.name)).toEqual(['a.pos']);
    expect(skipped).toBe(4);
  });

  it('sends the parts of a Shapefile as one zip', () => {
    const { files, shapes } = sorted(found('f/line.shp', 'f/line.shx', 'f/LINE.dbf', 'f/line.prj', 'f/other.dbf', 'g/line.dbf'));
    expect(files.map((f) => [f.file.name, f.kind])).toEqual([['line.zip', 'walk'], ['other.dbf', 'walk'], ['line.dbf', 'walk']]);
    expect(shapes).toBe(1);
  });

  it('sends the photos of each folder that was dropped as one flight, with the logs beside them', () => {
    const { files, photos, shapes } = sorted(found('航飞/100MEDIA/DJI_1.JPG', '航飞/101MEDIA/DJI_2.jpeg', '航飞/101MEDIA/101_Timestamp.MRK', '航飞/踏界/甲.pos', '航飞/踏界/甲.obs', 'b/x.DNG'));
    expect(files.map((f) => [f.file.name, f.kind])).toEqual([['b.zip', 'flight'], ['航飞.zip', 'flight'], ['甲.obs', 'walk'], ['甲.pos', 'walk']]);
    expect([photos, shapes]).toEqual([3, 0]);
  });

  it('sends photos that came without a folder as one flight of the name of the first', () => {
    const { files } = sorted(found('DJI_2.JPG', 'DJI_1.JPG'));
    expect(files.map((f) => f.file.name)).toEqual(['DJI_1.zip']);
  });
});
