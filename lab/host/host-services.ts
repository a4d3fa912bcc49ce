import { createServer, type RequestListener, type Server } from 'node:http';
import type { LabFault } from '../base/faults.ts';
import { createComfyUiServer } from '../comfyui/server.ts';
import { createInvokeAiServer } from '../invokeai/server.ts';
import { COMFYUI, INVOKEAI, NGINX, OLLAMA, SHIM } from '../systemd/unit-definitions.ts';
import { createNginx } from './nginx.ts';
import { COMFYUI_PORT, INVOKEAI_PORT, NGINX_PORT, OLLAMA_PORT, type PortService, Ports, SHIM_PORT } from './ports.ts';
import { createShimServer } from './shim-server.ts';
import type { Simulation } from './simulation.ts';

const FILE_SERVER = /^\S*python3(?:\.\d+)? -m http\.server (\d{2,5})\b/;

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
    isGpuSeen: () => !faults.has('gpu-lost') && !faults.has('driver-mismatch') && !faults.has('comfyui-cpu-only'),
  });
  const shim = createShimServer(simulation, (port) => ports.portOf(port));
  const site = () => simulation.nginx?.servers.find((server) => server.ports.includes(NGINX_PORT)) ?? null;
  /** Another program on the port of a service. */
  const foreign = (port: number, program: string, fault: LabFault): PortService => {
    const server = createServer(
      (_request, response) => void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n'),
    );
    return {
      port,
      unit: `${program}.service`,
      program,
      server,
      isDown: () => !faults.has(fault),
      isStartedByHand: () => faults.has(fault),
    };
  };
  const json = (answers: Readonly<Record<string, unknown>>): Server => createServer(fixed(answers));
  const isOnAllNetworks = (): boolean => faults.has('ports-exposed');
  const ports: Ports = new Ports(simulation, [
    {
      port: INVOKEAI_PORT,
      unit: INVOKEAI,
      server: invokeai.server,
      isDown: () => faults.has('invokeai-down') || faults.has('invokeai-port-moved'),
      isOnAllNetworks,
    },
    foreign(INVOKEAI_PORT, 'prometheus', 'start-fails-port'),
    foreign(NGINX_PORT, 'gradio', 'start-fails-nginx-port'),
    { port: SHIM_PORT, unit: SHIM, server: shim.server, isDown: () => faults.has('shim-down'), isOnAllNetworks },
    {
      port: NGINX_PORT,
      unit: NGINX,
      server: createNginx({ server: site, portOf: (port) => ports.portOf(port), isFromNetwork: (port) => ports.fromNetwork.has(port) }),
      isDown: () => faults.has('nginx-down') || site() === null,
      isOnAllNetworks: () => site()?.isOnAllNetworks === true,
    },
    {
      port: OLLAMA_PORT,
      unit: OLLAMA,
      server: json({ '/api/tags': { models: [{ name: 'llama3.1:8b' }] }, '/api/version': { version: '0.5.13' } }),
    },
    {
      port: COMFYUI_PORT,
      unit: COMFYUI,
      server: comfyui.server,
      isDown: () => faults.has('comfyui-down'),
      isOnAllNetworks,
      isStartedByHand: isOnAllNetworks,
    },
  ]);
  await ports.ready();
  const sync = (): void => {
    addFileServers(simulation, ports);
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

/** Python's own web server, which a unit may run to try something. */
function addFileServers(simulation: Simulation, ports: Ports): void {
  for (const { definition } of simulation.units.units.values()) {
    const port = Number(FILE_SERVER.exec(definition.command.slice(0, 200))?.[1]);
    if (Number.isNaN(port) || ports.has(port)) continue;
    const isOther = (): boolean => FILE_SERVER.exec(simulation.units.units.get(definition.name)?.definition.command ?? '') === null;
    const page: RequestListener = (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>/</h1>');
    ports.add({ port, unit: definition.name, server: createServer(page), isDown: isOther });
  }
}

const fixed =
  (answers: Readonly<Record<string, unknown>>): RequestListener =>
  (request, response) => {
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { detail: 'Not Found' }));
  };
