/** Sizes in pixels, width first, that the models of this panel work with. */
export const SIZES: readonly (readonly [width: number, height: number])[] = [
  [512, 512],
  [512, 768],
  [768, 512],
  [768, 768],
  [832, 1216],
  [1216, 832],
  [1024, 1024],
  [1536, 1024],
  [1536, 1536],
];

/** The two settings that the set-up guide recommends; `base` as InvokeAI names it. */
export const PRESETS = [
  { id: 'quick', base: 'sd-1', width: 512, height: 512, steps: 20, guidance: 7 },
  { id: 'quality', base: 'sdxl', width: 1024, height: 1024, steps: 30, guidance: 6 },
] as const;
