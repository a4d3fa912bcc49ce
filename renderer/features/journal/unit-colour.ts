/** Colours that stay distinct for the colour-blind, since neighbours also differ in lightness; the name is always beside them. */
const DARK = ['#7cc7ff', '#f0b35a', '#8ee0b5', '#e3a5f0', '#d8d47a', '#ff9f8f', '#9db4ff', '#c9c9c9'] as const;
const LIGHT = ['#1b5e93', '#8a5200', '#17694a', '#7b3a8c', '#5f5b00', '#a3392a', '#3f51a8', '#4d4d4d'] as const;

/** The colour of a unit's tag, by its place among the followed units, so that it stays the same while the selection does. */
export function unitColour(units: readonly string[], unit: string, scheme: 'light' | 'dark'): string {
  const place = Math.max(0, units.indexOf(unit));
  const colours = scheme === 'dark' ? DARK : LIGHT;
  return colours[place % colours.length] ?? colours[0];
}
