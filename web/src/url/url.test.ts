import { describe, expect, it } from 'vitest';
import { casePath, caseQueryOf, casesPath, statisticsQueryOf } from './filters';
import { defaultLayers, layersText, mapStateOf, positionOf, positionText } from './mapState';
import { patched } from './query';
import { areaChain } from './region';

describe('filters in the address', () => {
  it('go round: what is read is written again', () => {
    const address = '/cases?accepted_before=2025-01-01&accepted_from=2024-01-01&area=450200000000&kind=forest&q=%E6%B0%B4%E5%BA%93&resolved=false&status=opened%2Cmediating&three_cross=true';
    const query = caseQueryOf(new URL(address, 'http://h').searchParams);
    expect(query.status).toEqual(['opened', 'mediating']);
    expect(query.resolved).toBe(false);
    expect(casesPath(query)).toBe(address);
  });

  it('leave out what is not well-formed', () => {
    const query = caseQueryOf(new URLSearchParams('kind=gold&area=45&accepted_from=yesterday&status=lost&resolved=maybe'));
    expect(query).toEqual({});
  });

  it('of the statistics take only their own', () => {
    expect(statisticsQueryOf(new URLSearchParams('kind=land&resolved=true'))).toEqual({ kind: 'land' });
  });

  it('a case number is one part of the path', () => {
    expect(casePath('桂柳调〔2025〕3/1号')).toBe('/cases/%E6%A1%82%E6%9F%B3%E8%B0%83%E3%80%942025%E3%80%953%2F1%E5%8F%B7');
  });
});

describe('a change of the query', () => {
  it('sets, takes away and keeps the rest', () => {
    expect(patched('?piece=1&map=3/1/2', { piece: undefined, panel: '0' })).toBe('map=3%2F1%2F2&panel=0');
  });
});

describe('the map in the address', () => {
  it('a position goes round', () => {
    const position = { zoom: 17.25, lat: 24.25, lon: 109.3 };
    expect(positionOf(positionText(position))).toEqual(position);
  });

  it.each(['', '17/24', 'x/1/2', '17/95/3', '99/1/1', '17/24/109/1'])('%s is no position', (text) => {
    expect(positionOf(text)).toBeNull();
  });

  it('shows all but the bands when it says nothing', () => {
    const state = mapStateOf(new URLSearchParams());
    expect([...state.layers]).toEqual(defaultLayers);
    expect(state).toMatchObject({ position: null, opacity: 1, piece: null, swipe: null, panel: true });
    expect(layersText(state.layers)).toBeUndefined();
  });

  it('can show nothing at all', () => {
    const text = layersText(new Set());
    expect(text).toBe('none');
    expect(mapStateOf(new URLSearchParams({ layers: text! })).layers.size).toBe(0);
  });
});

describe('the chain of areas', () => {
  it.each([
    ['450000000000', ['450000000000']],
    ['450221000000', ['450000000000', '450200000000', '450221000000']],
    ['450221102205', ['450000000000', '450200000000', '450221000000', '450221102000', '450221102205']],
  ])('of %s', (code, want) => expect(areaChain(code)).toEqual(want));
});
