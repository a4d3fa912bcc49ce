import { createServer, type RequestListener, type Server } from 'node:http';
import { createComfyUiServer } from '../comfyui/server.ts';
import { createInvokeAiServer } from '../invokeai/server.ts';
import { COMFYUI, INVOKEAI, NGINX, OLLAMA, SHIM } from '../systemd/unit-definitions.ts';
import { createNginx } from './nginx.ts';
import { Ports } from './ports.ts';
import { createShimServer } from './shim-server.ts';
import type { Simulation } from './simulation.ts';

const INVOKEAI_PORT = 9090;
const SHIM_PORT = 9091;
const COMFYUI_PORT = 8188;
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
  const shim = createShimServer(simulation, () => ports.portOf(INVOKEAI_PORT));
  const json = (answers: Readonly<Record<string, unknown>>): Server => createServer(fixed(answers));
  const ports: Ports = new Ports(simulation, [
    { port: INVOKEAI_PORT, unit: INVOKEAI, server: invokeai.server, isDown: () => faults.has('invokeai-down') },
    { port: SHIM_PORT, unit: SHIM, server: shim.server, isDown: () => faults.has('shim-down') },
    { port: 7860, unit: NGINX, server: createNginx((port) => ports.portOf(port)), isDown: () => faults.has('nginx-down') },
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
