/** The colours of one theme; every text colour is readable (4.5:1) on page, card and raised surfaces: a test measures it. */
export interface Palette {
  readonly page: string;
  readonly card: string;
  /** Fields, hovered rows, menus. */
  readonly raised: string;
  readonly line: string;
  readonly text: string;
  readonly quiet: string;
  readonly accent: string;
  readonly accentSurface: string;
  readonly good: string;
  readonly warning: string;
  readonly bad: string;
  readonly unknown: string;
  readonly stale: string;
  readonly off: string;
  readonly busy: string;
  readonly goodSurface: string;
  readonly warningSurface: string;
  readonly badSurface: string;
  readonly unknownSurface: string;
  readonly staleSurface: string;
  readonly offSurface: string;
  readonly busySurface: string;
  readonly track: string;
  readonly fill: string;
  /** Colours of services, which `serviceColor` assigns; neighbours also differ in lightness. */
  readonly service1: string;
  readonly service2: string;
  readonly service3: string;
  readonly service4: string;
  readonly service5: string;
  readonly service6: string;
  readonly service7: string;
  readonly service8: string;
}

// Good leans to teal and bad to a light red, so that the two differ in lightness too, not in hue alone.
export const DARK: Palette = {
  page: '#141920',
  card: '#1c222b',
  raised: '#232a34',
  line: '#2a313c',
  text: '#e6e9ee',
  quiet: '#8b94a3',
  accent: '#4cc9e0',
  accentSurface: '#0c3a44',
  good: '#33c49a',
  warning: '#f2b544',
  bad: '#ff8a80',
  unknown: '#aab3c0',
  stale: '#c2ae85',
  off: '#98a1af',
  busy: '#4cc9e0',
  goodSurface: '#12322b',
  warningSurface: '#30260f',
  badSurface: '#3b1f20',
  unknownSurface: '#242b35',
  staleSurface: '#2a2820',
  offSurface: '#232a34',
  busySurface: '#0d2f3a',
  track: '#333b47',
  fill: '#0f8ca3',
  service1: '#7cc7ff',
  service2: '#f0b35a',
  service3: '#8ee0b5',
  service4: '#e3a5f0',
  service5: '#d8d47a',
  service6: '#ff9f8f',
  service7: '#9db4ff',
  service8: '#c9c9c9',
};

export const LIGHT: Palette = {
  page: '#f5f7f9',
  card: '#ffffff',
  raised: '#eef1f4',
  line: '#dde2e8',
  text: '#1a212b',
  quiet: '#5a6472',
  accent: '#0b6b7d',
  accentSurface: '#d5f0f5',
  good: '#0b6a50',
  warning: '#855000',
  bad: '#b3261e',
  unknown: '#4d5866',
  stale: '#6a5828',
  off: '#566170',
  busy: '#0b6b7d',
  goodSurface: '#dcf3ea',
  warningSurface: '#fdf1d8',
  badSurface: '#fdeae8',
  unknownSurface: '#eceff3',
  staleSurface: '#f4eede',
  offSurface: '#eceff3',
  busySurface: '#d9f1f6',
  track: '#dbe1e8',
  fill: '#1296ad',
  service1: '#1b5e93',
  service2: '#8a5200',
  service3: '#17694a',
  service4: '#7b3a8c',
  service5: '#5f5b00',
  service6: '#a3392a',
  service7: '#3f51a8',
  service8: '#4d4d4d',
};

function channel(value: number): number {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => channel(Number.parseInt(hex.slice(at, at + 2), 16)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two `#rrggbb` colours, 1..21, as WCAG 2.2 defines it. */
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
