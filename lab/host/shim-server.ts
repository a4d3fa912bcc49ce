import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createShim, type Shim } from '../../ada2/images-shim/shim.ts';
import { isRecord } from '../../shared/record.ts';
import { protocolFaultOf, sendJson } from '../base/http.ts';
import { encodePng } from '../base/png.ts';
import { SHIM } from '../systemd/unit-definitions.ts';
import { COMFYUI_PORT, INVOKEAI_PORT } from './ports.ts';
import type { Simulation } from './simulation.ts';

/** The real shim, begun anew with each run of its unit; the port in front hands every request to the run there is. */
export function createShimServer(
  simulation: Simulation,
  portOf: (port: number) => number | null,
): { readonly server: Server; sync(): void; close(): Promise<void> } {
  let shim: Shim | null = null;
  let invocation = '';
  const isPython = (): boolean => simulation.units.units.get(SHIM)?.definition.command.includes('uvicorn') === true;
  const server = createServer((request, response) => {
    const protocolFault = protocolFaultOf(simulation.faults, 'shim');
    if (shim === null) response.destroy();
    else if (simulation.faults.has('images-stub') && request.method === 'POST') sendStub(request, response);
    else if (protocolFault !== null) garble(request, response, { shim, protocolFault, edit: (document) => document });
    else if (isPython() && request.url === '/readyz') garble(request, response, { shim, protocolFault, edit: asInPython });
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
      const print = (line: string): void => simulation.units.print(unit, line.replace(/^<\d>/, ''));
      const environment = simulation.environmentOf(unit.definition);
      const usual = environment['SHIM_MODE'] === 'comfyui' ? COMFYUI_PORT : INVOKEAI_PORT;
      const backend = Number(/:(\d+)\/?$/.exec(environment['INVOKEAI_BASE_URL'] ?? '')?.[1] ?? usual);
      try {
        shim = createShim({ environment, backendPort: () => portOf(backend), log: print });
      } catch (thrown) {
        print(thrown instanceof Error ? thrown.message : String(thrown));
      }
    },
    close: async () => shim?.close(),
  };
}

/** Readiness as the shim in Python reports it, which came before. */
const asInPython = (document: unknown): unknown =>
  isRecord(document) && 'shim_build' in document
    ? { ...document, shim_build: '2026-01-16i', links: undefined, failing: undefined }
    : document;

/** A PNG of one pixel, whatever is requested. */
const PIXEL = encodePng(1, 1, Uint8Array.of(90, 90, 90)).toString('base64');

function sendStub(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  request.once('end', () => sendJson(response, 200, { created: 0, data: [{ b64_json: PIXEL }] }));
}

/** Has the shim answer somewhere else, and hands that on as the fault would have it. */
function garble(
  request: IncomingMessage,
  response: ServerResponse,
  {
    shim,
    protocolFault,
    edit,
  }: { readonly shim: Shim; readonly protocolFault: ReturnType<typeof protocolFaultOf>; readonly edit: (document: unknown) => unknown },
): void {
  const elsewhere = createServer((asked, reply) => shim.handle(asked, reply));
  response.once('close', () => elsewhere.close());
  elsewhere.listen(0, '127.0.0.1', () => {
    const address = elsewhere.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const { method, url: path, headers } = request;
    const asked = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (reply) => {
      const parts: Buffer[] = [];
      reply.on('data', (part: Buffer) => parts.push(part));
      reply.once('end', () =>
        sendJson(response, reply.statusCode ?? 200, edit(JSON.parse(Buffer.concat(parts).toString('utf8'))), { protocolFault }),
      );
    });
    asked.once('error', () => response.destroy());
    response.once('close', () => asked.destroy());
    request.pipe(asked);
  });
}
