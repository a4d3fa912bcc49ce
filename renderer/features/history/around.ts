/** Log lines and readings before and after a moment. */
const AROUND_MS = 60_000;

/** The stretch around a moment that other pages show; epoch ms. */
export const around = (atMs: number): { readonly fromMs: number; readonly toMs: number } => ({
  fromMs: atMs - AROUND_MS,
  toMs: atMs + AROUND_MS,
});
