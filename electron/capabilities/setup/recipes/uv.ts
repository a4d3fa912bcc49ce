import type { Step } from '../engine/resources.ts';

/** The version of uv that environments are made with. */
const UV_VERSION = '0.13.9';
const FOLDER = '/opt/ada-panel-uv';
export const UV = `${FOLDER}/bin/uv`;

/** uv in an environment of its own, which nothing else uses. */
export function uvStep(index: string | null, needs: readonly string[]): Step {
  return {
    id: 'uv',
    title: `uv ${UV_VERSION}, which makes Python environments`,
    needs,
    resource: {
      kind: 'environment',
      path: FOLDER,
      user: 'root',
      tool: 'venv',
      python: '/usr/bin/python3',
      requirements: [`uv==${UV_VERSION}`],
      index,
      torchIndex: null,
      downloadBytes: 18_000_000,
    },
  };
}
