import { isAtLeast } from '../../backends/invokeai.ts';

export type PythonChoice =
  /** `python`: the path of an interpreter of the system. */
  | { readonly from: 'system'; readonly python: string; readonly minor: number }
  /** `python`: a version that uv downloads. */
  | { readonly from: 'uv'; readonly python: string };

/** InvokeAI and ComfyUI with the torch that they get run with it. */
const UV_PYTHON = '3.12';
/** torch 2.7 has builds for each of them. */
export const COMFYUI_PYTHONS: readonly number[] = [10, 11, 12, 13];

/** Minor versions of Python 3 for an InvokeAI; up to 6.9 also 3.10, for which pip installs 6.9 when a newer one is wanted. */
export const pythonsOfInvokeAi = (version: string): readonly number[] => (isAtLeast(version, 6, 10) ? [11, 12] : [10, 11, 12]);

/**
 * The newest interpreter in `pythons` (name in /usr/bin → `3.11.2`) whose minor version a program runs with; else uv's own.
 */
export function choosePython(pythons: ReadonlyMap<string, string>, minors: readonly number[]): PythonChoice {
  const [best] = [...pythons]
    .map(([name, version]) => ({ name, minor: minorOf(version) }))
    .flatMap(({ name, minor }) => (minor !== null && minors.includes(minor) ? [{ name, minor }] : []))
    .sort((one, other) => other.minor - one.minor);
  return best === undefined ? { from: 'uv', python: UV_PYTHON } : { from: 'system', python: `/usr/bin/${best.name}`, minor: best.minor };
}

/** The minor version of `3.11.2`; null for anything else. */
export function minorOf(version: string | undefined): number | null {
  const minor = /^3\.(\d{1,2})\.\d{1,3}$/.exec(version?.slice(0, 20) ?? '')?.[1];
  return minor === undefined ? null : Number(minor);
}
