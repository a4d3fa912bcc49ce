type Triple = readonly [number, number, number];

/** Machado, Oliveira and Fernandes (2009), severity 1: linear RGB as a person without one kind of cone sees it. */
const SIMULATIONS: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
  none: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
};
export const COLOR_VISIONS: readonly string[] = Object.keys(SIMULATIONS);

const dot = ([a, b, c]: Triple, [x, y, z]: Triple): number => a * x + b * y + c * z;
const clamp = (value: number): number => Math.max(0, Math.min(1, value));

function linearOf(hex: string): Triple {
  const channel = (at: number): number => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function labOf(rgb: Triple): Triple {
  const curve = (value: number): number => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  const x = curve(dot([0.4124, 0.3576, 0.1805], rgb) / 0.95047);
  const y = curve(dot([0.2126, 0.7152, 0.0722], rgb));
  const z = curve(dot([0.0193, 0.1192, 0.9505], rgb) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** ΔE (CIE 1976) of two `#rrggbb` colours for a kind of colour vision of COLOR_VISIONS. */
export function colorDifference(one: string, other: string, vision: string): number {
  const simulation = SIMULATIONS[vision] ?? SIMULATIONS['none'];
  const seen = (hex: string): Triple => {
    const rgb = linearOf(hex);
    const [red = 0, green = 0, blue = 0] = (simulation ?? []).map((row) => clamp(dot(row, rgb)));
    return labOf([red, green, blue]);
  };
  const [a, b] = [seen(one), seen(other)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
