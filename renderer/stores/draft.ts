import type { ImportedParameters } from '../../shared/capabilities/gallery/contract.ts';
import type { ImageParameters, RouteId } from '../../shared/capabilities/images/contract.ts';

/** The content of the form; it persists while other pages are open. */
export interface Draft {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly guidance: number;
  /** Empty: any. */
  readonly seed: string;
  readonly model: string | null;
  /** Null: the server's default. */
  readonly scheduler: string | null;
  readonly count: number;
  /** Null: the best that is ready. */
  readonly route: RouteId | null;
}

export const FIRST_DRAFT: Draft = {
  prompt: '',
  negativePrompt: '',
  width: 1024,
  height: 1024,
  steps: 30,
  guidance: 6,
  seed: '',
  model: null,
  scheduler: null,
  count: 1,
  route: null,
};

/** The form as a request. */
export function parametersOf(draft: Draft): ImageParameters {
  const { route: _route, seed, ...rest } = draft;
  return { ...rest, seed: seed.trim() === '' ? null : Number(seed) };
}

/** The part of a form that these parameters fill; other fields remain unchanged. */
export function draftOf(parameters: ImportedParameters['parameters']): Partial<Draft> {
  const { seed, count: _count, ...rest } = parameters;
  const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...known, ...(seed === undefined ? {} : { seed: seed === null ? '' : String(seed) }) };
}
