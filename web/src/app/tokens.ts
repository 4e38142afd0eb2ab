/**
 * Every colour, size and face of the product, in one place. Styles read them
 * as CSS variables (`--ink`), OpenLayers and ECharts as values.
 */
export const tokens = {
  primary: '#0B5CAD',
  primarySoft: '#E8F1FA',
  ink: '#1B2430',
  inkSoft: '#4A5666', // 7.4:1 on white
  inkFaint: '#667284', // 4.9:1 on white, the palest grey that carries text
  line: '#DFE4EA',
  lineSoft: '#EEF1F4',
  ground: '#F5F7F9',
  paper: '#FFFFFF',
  mapGround: '#E9ECE8',
  mapGrid: '#CDD3CF',
  mapGridText: '#5F6B66',
  contested: '#7A1FA2',
  tolerance: '#8C8C8C',
  toleranceText: '#5A5A5A',
  proposal: '#111111',
  onTime: '#2E7D32',
  near: '#B26A00',
  overdue: '#B3261E',
  fixFixed: '#1F7A4D',
  fixFloat: '#E08A00',
  fixSingle: '#D0021B',
} as const;

/** Colours of the parties, by side: 1 is 甲方. After the sixth they start over. */
export const partyColours = ['#C8102E', '#1E6FD9', '#009E73', '#E69F00', '#8E5BB5', '#56B4E9'] as const;

export const sizes = { topBar: 48, rail: 52, panel: 384 } as const;

export const fontFamily =
  '"Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Source Han Sans SC", "Noto Sans CJK SC", sans-serif';

/** Puts the tokens on the root element as CSS variables. */
export function applyTokens(root: HTMLElement): void {
  for (const [name, value] of Object.entries(tokens)) {
    root.style.setProperty('--' + name.replace(/[A-Z]/g, (c) => '-' + c.toLowerCase()), value);
  }
  partyColours.forEach((colour, i) => root.style.setProperty(`--side-${i + 1}`, colour));
  root.style.setProperty('--top-bar', `${sizes.topBar}px`);
  root.style.setProperty('--rail', `${sizes.rail}px`);
  root.style.setProperty('--panel', `${sizes.panel}px`);
  root.style.setProperty('--font', fontFamily);
}
