import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LabAnswer, protocolFaultOf, readBody, sendJson } from '../base/http.ts';
import { appRoutes } from './app-routes.ts';
import { authRoutes, refusalOf } from './auth-routes.ts';
import { imageRoutes } from './image-routes.ts';
import { installRoutes } from './install-routes.ts';
import type { InvokeAi } from './invokeai.ts';
import { modelRoutes } from './model-routes.ts';
import { queueRoutes } from './queue-routes.ts';
import { detail, findRoute, json, type Route } from './route-table.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const PAGE = '<!doctype html><html><head><title>Invoke - Community Edition</title></head><body><div id="root"></div></body></html>';

/** InvokeAI 6.14's HTTP API, as much of it as a panel and a shim use, with its user interface behind every other path. */
export function invokeAiHandler(invokeai: InvokeAi): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const routes = [
    ...appRoutes(invokeai),
    ...authRoutes(invokeai),
    ...modelRoutes(invokeai),
    ...installRoutes(invokeai),
    ...queueRoutes(invokeai),
    ...imageRoutes(invokeai),
  ];
  const document = openApiOf(routes);
  return async (request, response) => {
    response.on('error', () => response.destroy());
    const answer = await answerOf(invokeai, request, routes, document);
    if (answer.raw !== undefined) {
      response.writeHead(answer.status, {
        'content-type': answer.raw.type,
        'content-length': Buffer.byteLength(answer.raw.data),
        ...answer.headers,
      });
      response.end(request.method === 'HEAD' ? undefined : answer.raw.data);
    } else if (answer.status === 204) {
      response.writeHead(204);
      response.end();
    } else sendJson(response, answer.status, answer.body, { protocolFault: protocolFaultOf(invokeai.faults, 'invokeai') });
  };
}

async function answerOf(invokeai: InvokeAi, request: IncomingMessage, routes: readonly Route[], document: unknown): Promise<LabAnswer> {
  const url = new URL(request.url ?? '/', 'http://ada2');
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  const text = method === 'GET' ? '' : await readBody(request, MAX_BODY_BYTES);
  if (text === null) return detail(413, 'Request body too large');
  if (method === 'GET' && url.pathname === '/openapi.json') return json(document);
  const found = findRoute(routes, method, url.pathname);
  // The user interface answers every unknown path; only requests that change something are refused.
  if (found === null)
    return method === 'GET' ? { status: 200, raw: { type: 'text/html; charset=utf-8', data: PAGE } } : detail(405, 'Method Not Allowed');
  const refusal = refusalOf(invokeai, found.route, request.headers.authorization);
  if (refusal !== null) return refusal;
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    return detail(422, [{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {} }]);
  }
  return found.route.answer({ parts: found.parts, query: url.searchParams, body });
}

/** Which calls there are; `info.version` is never the application's. */
function openApiOf(routes: readonly Route[]): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path } of routes) {
    const name = path.replace('/queue/default/', '/queue/{queue_id}/').replace(/:(\w+)/g, '{$1}');
    paths[name] = { ...paths[name], [method.toLowerCase()]: { responses: { 200: { description: 'Successful Response' } } } };
  }
  return { openapi: '3.1.0', info: { title: 'Invoke - Community Edition', version: '1.0.0' }, paths, components: { schemas: {} } };
}
