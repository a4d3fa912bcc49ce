import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import type { Step } from '../engine/resources.ts';

export const SHIM_UNIT = 'invokeai-openai-images-shim.service';
export const SHIM_UNIT_PATH = `/etc/systemd/system/${SHIM_UNIT}`;
export const SHIM_PROGRAM = '/opt/ada-images-shim/images-shim.cjs';
export const SHIM_ENV = '/etc/ada-images-shim/shim.env';

interface ShimFiles {
  readonly settings: (present: string | null) => string;
  readonly unitText: string;
  readonly guard: string;
  readonly needs: readonly string[];
}

/** Settings and unit of the shim: what makes it serve a backend. */
export const shimFileSteps = ({ settings, unitText, guard, needs }: ShimFiles): readonly Step[] => [
  {
    id: 'settings',
    title: 'shim.env',
    needs,
    guard,
    resource: {
      kind: 'file',
      path: SHIM_ENV,
      owner: 'root',
      group: 'root',
      mode: '644',
      keepsAttributes: true,
      content: { kind: 'edit', about: 'settings of the shim', edit: settings },
    },
  },
  {
    id: 'unit',
    title: `Unit ${SHIM_UNIT}`,
    needs,
    guard,
    resource: {
      kind: 'file',
      path: SHIM_UNIT_PATH,
      owner: 'root',
      group: 'root',
      mode: '644',
      check: 'unit',
      content: { kind: 'text', text: unitText },
    },
  },
];

/** The shim runs with its present files and responds. */
export const shimServiceSteps = (guard: string, needs: readonly string[]): readonly Step[] => [
  {
    id: 'service',
    title: 'Images shim enabled and running',
    needs: ['unit', 'settings', ...needs],
    guard,
    resource: {
      kind: 'unit',
      name: SHIM_UNIT,
      isEnabled: true,
      isActive: true,
      reads: [SHIM_UNIT_PATH, SHIM_ENV, SHIM_PROGRAM],
      onChange: 'restart',
    },
  },
  {
    id: 'answer',
    title: `The shim responds on port ${DEFAULT_PORTS.shim}`,
    needs: ['service'],
    guard,
    resource: { kind: 'answer', url: `http://127.0.0.1:${DEFAULT_PORTS.shim}/healthz`, status: 200, json: true, withinS: 60 },
  },
];
