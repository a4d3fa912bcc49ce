import { createServer, type RequestListener, type Server } from 'node:http';
import { createShim, type Shim } from '../ada2/images-shim/shim.ts';
import { createComfyUiServer } from './comfyui/server.ts';
import { createInvokeAiServer } from './invokeai/server.ts';
import { createNginx } from './nginx.ts';
import { Ports } from './ports.ts';
import type { Simulation } from './simulation.ts';
import { COMFYUI, INVOKEAI, NGINX, OLLAMA, SHIM } from './unit-definitions.ts';

const INVOKEAI_PORT = 9090;
const SHIM_PORT = 9091;
const COMFYUI_PORT = 8188;
const PRESETS = {
  gpu_fast: { model: 'Dreamshaper 8', steps: 20, cfg_scale: 7 },
  gpu_slow: { model: 'Juggernaut XL v9', steps: 30, cfg_scale: 6 },
};

/** What the units of the simulated host serve, among it the real images shim. */
export interface HostServices {
  readonly ports: Ports;
  /** Opens and closes ports as the units come and go. */
  sync(): void;
  close(): Promise<void>;
}

export async function startHostServices(simulation: Simulation): Promise<HostServices> {
  const { faults } = simulation;
  const invokeai = createInvokeAiServer(simulation.invokeai);
  const comfyui = createComfyUiServer({
    comfyui: simulation.comfyui,
    checkpoints: () => simulation.checkpoints(),
    gpu: () => simulation.gpu.read(),
    isGpuSeen: () => !faults.has('gpu-lost') && !faults.has('driver-mismatch'),
  });
  const shim = createShimDoor(simulation, (port) => ports.portOf(port));
  const json = (answers: Readonly<Record<string, unknown>>): Server => createServer(fixed(answers));
  const ports: Ports = new Ports(simulation, [
    { port: INVOKEAI_PORT, unit: INVOKEAI, server: invokeai.server, isDown: () => faults.has('invokeai-down') },
    { port: SHIM_PORT, unit: SHIM, server: shim.server, isDown: () => faults.has('shim-down') },
    { port: 7860, unit: NGINX, server: createNginx((port) => ports.portOf(port)) },
    {
      port: 11434,
      unit: OLLAMA,
      server: json({ '/api/tags': { models: [{ name: 'llama3.1:8b' }] }, '/api/version': { version: '0.5.13' } }),
    },
    { port: COMFYUI_PORT, unit: COMFYUI, server: comfyui.server },
  ]);
  await ports.ready();
  const sync = (): void => {
    ports.sync();
    shim.sync();
  };
  sync();
  return {
    ports,
    sync,
    close: async () => {
      invokeai.close();
      comfyui.close();
      await shim.close();
      await ports.close();
    },
  };
}

const fixed =
  (answers: Readonly<Record<string, unknown>>): RequestListener =>
  (request, response) => {
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { detail: 'Not Found' }));
  };

/** The real shim, begun anew with each run of its unit; the port in front hands every request to the run there is. */
function createShimDoor(
  simulation: Simulation,
  portOf: (port: number) => number | null,
): { readonly server: Server; sync(): void; close(): Promise<void> } {
  let shim: Shim | null = null;
  let invocation = '';
  const server = createServer((request, response) => {
    if (shim === null) response.destroy();
    else shim.handle(request, response);
  });
  return {
    server,
    sync: () => {
      const unit = simulation.units.units.get(SHIM);
      const run = unit?.activeState === 'active' ? unit.invocationId : '';
      if (unit === undefined || run === invocation) return;
      invocation = run;
      void shim?.close();
      shim = null;
      if (run === '') return;
      shim = createShim({
        environment: {
          SHIM_MODE: 'invokeai_queue',
          SHIM_MODEL_PRESETS_JSON: JSON.stringify(PRESETS),
          INVOKEAI_DEFAULT_MODEL: 'Juggernaut XL v9',
        },
        backendPort: () => portOf(INVOKEAI_PORT),
        log: (line) => simulation.units.print(unit, line.replace(/^<\d>/, '')),
      });
    },
    close: async () => shim?.close(),
  };
}
