import { createServer, type Server } from 'node:http';
import type { Machine } from './process.ts';
import { COMFYUI, INVOKEAI, NGINX, OLLAMA, SHIM } from './unit-definitions.ts';

/** Which unit answers on which port of the simulated host. */
const PORTS: Readonly<Record<number, string>> = { 7860: NGINX, 9090: INVOKEAI, 9091: SHIM, 11434: OLLAMA, 8188: COMFYUI };

/** Whether something listens there now; otherwise a connection is refused. */
export function isListening(port: number, machine: Machine): boolean {
  const unit = machine.simulation.units.units.get(PORTS[port] ?? '');
  return unit?.activeState === 'active';
}

/** The small HTTP server behind all simulated ports; it is handed connections and never listens itself. */
export function createPortServer(): Server {
  return createServer((request, response) => {
    const answers: Readonly<Record<string, unknown>> = {
      '/healthz': { status: 'ok' },
      '/readyz': { status: 'ready' },
      '/api/v1/app/version': { version: '6.12.0' },
      '/api/tags': { models: [{ name: 'llama3.1:8b' }] },
    };
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { detail: 'Not Found' }));
  });
}
