import { describe, expect, it } from 'vitest';
import type { PieceFeature } from '../api/types';
import { partyColours, tokens } from '../app/tokens';
import { bandStyles, claimLineStyles } from './claimStyle';
import { choropleth, choroplethColour, contrast, inkOn, partyColour, withAlpha } from './colour';
import { fixRadius, fixSign } from './fixStyle';
import { gridLines, gridStep, stepText } from './grid';
import { diagonals, hatches, tintOver } from './hatch';
import { deskLabels, outerStyles, pieceLabelStyles, pieceWriting, type PieceState } from './pieceStyle';
import { ranksByArea, wholeCase } from './pieceLayers';
import { planeOf } from './plane';
import { namePlace, plateAt } from './namePlace';
import { symbolPlaces, thinDots, type Dot } from './thin';
import { ribbonPixels } from './zoom';

describe('colours', () => {
  it('sides have the colours of the design, and start over after the sixth', () => {
    expect(partyColour(1)).toBe('#C8102E');
    expect(partyColour(2)).toBe('#1E6FD9');
    expect(partyColour(7)).toBe('#C8102E');
  });

  it('an opacity is added', () => expect(withAlpha('#7A1FA2', 0.38)).toBe('rgba(122, 31, 162, 0.38)'));

  it('black on white is 21 to 1', () => expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5));

  it.each(['ink', 'inkSoft', 'inkFaint', 'primary', 'contested', 'toleranceText', 'onTime', 'overdue'] as const)(
    'text in %s reads on white and on the page: 4.5 to 1', (name) => {
      expect(contrast(tokens[name], tokens.paper)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(tokens[name], tokens.ground)).toBeGreaterThanOrEqual(4.4);
    });

  it('a name on the plate of any side reads: 4.5 to 1', () => {
    for (const colour of partyColours) expect(contrast(inkOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
  });

  it('areas go from pale to deep, and one value alone is in the middle', () => {
    expect(choroplethColour(0, 0, 10)).toBe(choropleth[0]);
    expect(choroplethColour(10, 0, 10)).toBe(choropleth[5]);
    expect(choroplethColour(5, 5, 5)).toBe(choropleth[3]);
  });
});

describe('claim lines', () => {
  it('are at least 2 px wide, on a casing 1 px wider on each side', () => {
    const [casing, line] = claimLineStyles(1);
    expect(line!.getStroke()!.getWidth()).toBeGreaterThanOrEqual(2);
    expect(casing!.getStroke()!.getWidth()! - line!.getStroke()!.getWidth()!).toBe(2);
    expect(line!.getStroke()!.getColor()).toBe('#C8102E');
  });

  it('have a band of ± k·sigma on the ground', () => {
    expect(ribbonPixels(0.7, 0.1)).toBeCloseTo(14, 12); // ±0.7 m at 10 cm a pixel
    expect(bandStyles(2, 0.7, 0.1)[0]!.getFill()!.getColor()).toMatch(/0\.16\)$/);
    expect(bandStyles(2, 0.02, 1)).toEqual([]); // thinner than the eye can see
  });
});

describe('contested ground', () => {
  it('hatches run at 45° and meet the next square', () => {
    for (const [x1, y1, x2, y2] of diagonals(10)) expect((y2 - y1) / (x2 - x1)).toBeCloseTo(-1, 12);
  });

  it('core on nominal ground is as dark as core alone', () => {
    expect(1 - (1 - tintOver(0.38, 0.18)) * (1 - 0.18)).toBeCloseTo(0.38, 12);
  });

  it('every hatch carries ink, so that it survives black-and-white print', () => {
    for (const hatch of Object.values(hatches)) expect(Number(/([\d.]+)\)$/.exec(hatch.ink)![1])).toBeGreaterThanOrEqual(0.6);
  });

  it('outer ground is a dashed outline without a fill', () => {
    const [, line] = outerStyles();
    expect(line!.getFill()).toBeNull();
    expect(line!.getStroke()!.getLineDash()).not.toBeNull();
  });

  it('of the outer features the whole case is shown, not a pair', () => {
    const outer = (parties?: string[]) => ({ type: 'Feature', id: String(parties), geometry: { type: 'Polygon' }, properties: { level: 'outer', parties } }) as PieceFeature;
    expect(wholeCase([outer(['a', 'b']), outer()]).map((f) => f.properties.parties)).toEqual([undefined]);
    expect(wholeCase([outer(['a', 'b']), outer(['a', 'b', 'c'])]).map((f) => f.properties.parties?.length)).toEqual([3]);
    expect(wholeCase([outer(['a', 'b']), outer(['a', 'b'])])).toHaveLength(1);
    expect(wholeCase([])).toEqual([]);
  });
});

describe('the writing on a piece', () => {
  const calm: PieceState = { selected: false, hovered: false };
  const sliver = { verdict: 'within_tolerance' as const };
  const crowd = { rank: 7, withinTolerance: 46, pixels: 40 };

  it('of a few within tolerance is number and plate, of many the number alone', () => {
    expect(pieceWriting(sliver, calm, { ...crowd, withinTolerance: 3 })).toBe('plate');
    expect(pieceWriting(sliver, calm, { ...crowd, withinTolerance: 4 })).toBe('number');
    expect(pieceWriting({ verdict: 'certain' }, calm, crowd)).toBe('plate');
  });

  it('is nothing where the piece is too small to be seen', () => {
    expect(pieceWriting(sliver, calm, { ...crowd, pixels: 5.9 })).toBe('none');
    expect(pieceWriting(sliver, calm, { ...crowd, withinTolerance: 1, pixels: 5.9 })).toBe('none');
  });

  it.each([{ selected: true, hovered: false }, { selected: false, hovered: true }])('is whole when asked for: %o', (state) => {
    expect(pieceWriting(sliver, state, { ...crowd, pixels: 1 })).toBe('plate');
  });

  const styles = (state: PieceState, standing = crowd, verdict: 'certain' | 'within_tolerance' = 'within_tolerance') =>
    pieceLabelStyles({ level: 'nominal', n: 8, verdict, label: [109.3, 24.25] }, '0.000 亩', state, deskLabels, standing);
  const texts = (of: ReturnType<typeof styles>) => of.map((s) => s.getText()!.getText());

  it('is drawn as it is said', () => {
    expect(texts(styles(calm))).toEqual(['8']);
    expect(texts(styles(calm, { ...crowd, withinTolerance: 2 }))).toEqual(['0.000 亩', '8']);
    expect(styles(calm, { ...crowd, pixels: 2 })).toEqual([]);
    expect(texts(styles({ selected: true, hovered: false }))).toEqual(['0.000 亩', '8']);
  });

  it('gives way to the larger piece, and to the one chosen', () => {
    const place = (of: ReturnType<typeof styles>) => of.map((s) => s.getZIndex()!);
    const [large, small] = [styles(calm, { ...crowd, rank: 0 }, 'certain'), styles(calm, { ...crowd, rank: 1 }, 'certain')];
    expect(Math.min(...place(large))).toBeGreaterThan(Math.max(...place(small)));
    expect(Math.min(...place(styles({ selected: false, hovered: true })))).toBeGreaterThan(Math.max(...place(large)));
    expect(large.map((s) => s.getText()!.getDeclutterMode())).toEqual(['declutter', 'declutter']);
    expect(styles({ selected: true, hovered: false }).map((s) => s.getText()!.getDeclutterMode())).toEqual(['obstacle', 'obstacle']);
  });

  it('ranks pieces by their ground', () => {
    const piece = (n: number, m2: number) => ({ properties: { n, area: { ellipsoidal: { m2 } } } }) as unknown as PieceFeature;
    expect([...ranksByArea([piece(1, 5), piece(2, 900), piece(3, 5)])]).toEqual([[2, 0], [1, 1], [3, 2]]);
  });
});

describe('fixes', () => {
  it.each([['fixed', 'dot'], ['float', 'ring'], ['dgps', 'ring'], ['single', 'cross'], ['unknown', 'dot']] as const)('%s is a %s', (quality, sign) => {
    expect(fixSign(quality)).toBe(sign);
  });

  it('grow with the zoom, within limits', () => {
    expect(fixRadius(10)).toBeLessThan(fixRadius(0.5));
    expect(fixRadius(0.01)).toBeLessThanOrEqual(5);
  });

  const dot = (x: number, quality: Dot['quality'], jump = false): Dot => ({ x, y: 0, quality, jump });

  it('thinned to one a square, the worst is kept', () => {
    const dots = [dot(1, 'fixed'), dot(2, 'single'), dot(3, 'float'), dot(11, 'fixed'), dot(12, 'fixed')];
    expect(thinDots(dots, 10)).toEqual([dots[1], dots[3]]);
  });

  it('jumps are always kept, beside the one of their square', () => {
    const dots = [dot(1, 'fixed'), dot(2, 'fixed', true), dot(3, 'fixed', true)];
    expect(thinDots(dots, 10)).toEqual(dots);
  });
});

describe('symbols and names', () => {
  const square = [[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]] as const;

  it('symbols stand apart along the ring', () => {
    expect(symbolPlaces(square, 150)).toEqual([[0, 0], [100, 100]]);
  });

  it('all vertices carry one when there is room', () => {
    expect(symbolPlaces(square, 50)).toHaveLength(4);
  });

  it('a name stands far from the dispute, and lies towards the inside', () => {
    expect(namePlace(square, 40, 10, [[60, 60, 100, 100]])).toEqual({ at: [0, 0], towards: 'east' });
    expect(namePlace(square, 40, 10, [[0, 0, 40, 100]])).toEqual({ at: [100, 0], towards: 'west' });
    expect(namePlace([], 40, 10, [])).toBeNull();
  });

  it('a name that must cover something covers the least', () => {
    const place = namePlace(square, 40, 10, [[-20, -20, 120, 60]])!;
    expect(place.at[1]).toBe(100);
    expect(plateAt(place.at, place.towards, 40, 10)[1]).toBe(95);
  });
});

describe('the grid', () => {
  it.each([[1, 1], [110, 200], [200, 200], [201, 500], [6000, 10000], [0.3, 0.5]])('a step of at least %d m is %d m', (atLeast, want) => {
    expect(gridStep(atLeast)).toBeCloseTo(want, 12);
  });

  it('has the lines inside a rectangle, edges included', () => {
    expect(gridLines([0, 95, 200, 205], 100)).toEqual([
      { axis: 'x', value: 0 }, { axis: 'x', value: 100 }, { axis: 'x', value: 200 }, { axis: 'y', value: 100 }, { axis: 'y', value: 200 },
    ]);
  });

  it('never draws more than its limit', () => expect(gridLines([0, 0, 1e9, 1e9], 1, 60)).toHaveLength(120));

  it('names its step', () => expect([stepText(500), stepText(2000)]).toEqual(['500 m', '2 km']));
});

describe('the plane of a case', () => {
  // echo "24.25 109.3" | cs2cs EPSG:4490 EPSG:4545 -> 2683593.9114 632028.0759 (north, east)
  it('agrees with PROJ to a millimetre', () => {
    const plane = planeOf({ proj4: '+proj=tmerc +lat_0=0 +lon_0=108 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs' })!;
    const [east, north] = plane.toPlane([109.3, 24.25]);
    expect(east).toBeCloseTo(632028.0759, 3);
    expect(north).toBeCloseTo(2683593.9114, 3);
    const [lon, lat] = plane.toLonLat([east, north]);
    expect(lon).toBeCloseTo(109.3, 9);
    expect(lat).toBeCloseTo(24.25, 9);
  });

  it('is none for a CRS that nobody knows', () => expect(planeOf({ proj4: '+proj=nonsense' })).toBeNull());
});

