import { plainText } from '../../../../shared/plain-text.ts';
import { isRecord } from '../../../../shared/record.ts';
import type { Reply } from '../../../foundation/http/client.ts';
import { listOf } from '../../backends/values.ts';
import { parseGatewayModels } from '../../gateway/models.ts';
import { byHand, type Check, type Finding, fail, pass, skipped, unknown } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { gatewayCheck } from './gateway-check.ts';
import { readStatus } from './gateway-status.ts';
import { GATEWAY_TEXT as TEXT } from './gateway-text.ts';
import { jsonIn, judgeGateway, showReply } from './judge-reply.ts';

/** The gateway asks each of its backends for 30 s. */
const MODELS_TIMEOUT_MS = 75_000;
/** A model may have to be loaded first. */
const CHAT_TIMEOUT_MS = 120_000;
const DONE = 'data: [DONE]';
const MEMORY = '/v1/memory/export?limit=1';
const CHECK_ADDRESS = byHand(TEXT.checkAddress);

type Capability = 'chat' | 'embeddings';

interface ChatCheck {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly capability: Capability;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly judge: (reply: Reply) => Finding;
}

const message = (content: string) => [{ role: 'user', content }];

const CHAT: readonly ChatCheck[] = [
  {
    id: 'embeddings',
    title: 'Embeddings',
    about: 'POST /v1/embeddings returns a list of numbers, where a backend serves embeddings; it may load a model.',
    capability: 'embeddings',
    path: '/v1/embeddings',
    body: { model: 'default', input: 'A short text.' },
    judge: (reply) => {
      const document = jsonIn(reply.body);
      const [first] = isRecord(document) ? listOf(document['data']) : [];
      const embedding = first?.['embedding'];
      return Array.isArray(embedding) && embedding.length > 0 ? pass(TEXT.embedded(embedding.length)) : garbled('/v1/embeddings', reply);
    },
  },
  {
    id: 'responses_non_stream',
    title: 'Responses API',
    about: 'POST /v1/responses returns a response, where a backend serves chat; it may load a model.',
    capability: 'chat',
    path: '/v1/responses',
    body: { model: 'fast', input: 'Say hi.', stream: false },
    judge: (reply) => {
      const document = jsonIn(reply.body);
      const isResponse = isRecord(document) && document['object'] === 'response';
      return isResponse ? pass(TEXT.responded(''), showReply('POST /v1/responses', reply)) : garbled('/v1/responses', reply);
    },
  },
  {
    id: 'responses_stream',
    title: 'Responses API as a stream',
    about: 'POST /v1/responses streams to its end, where a backend serves chat; it may load a model.',
    capability: 'chat',
    path: '/v1/responses',
    body: { model: 'fast', input: 'Count to three.', stream: true },
    judge: (reply) => judgeStream(reply),
  },
  {
    id: 'chat_non_stream',
    title: 'Chat',
    about: 'POST /v1/chat/completions returns a message, where a backend serves chat; it may load a model.',
    capability: 'chat',
    path: '/v1/chat/completions',
    body: { model: 'fast', stream: false, messages: message('Say hi.') },
    judge: (reply) => {
      const document = jsonIn(reply.body);
      const [choice] = isRecord(document) ? listOf(document['choices']) : [];
      const said = isRecord(choice?.['message']) ? choice['message']['content'] : undefined;
      if (choice === undefined) return garbled('/v1/chat/completions', reply);
      return pass(TEXT.responded(typeof said === 'string' ? plainText(said, 80) : ''));
    },
  },
  {
    id: 'chat_stream',
    title: 'Chat as a stream',
    about: 'POST /v1/chat/completions streams to its end, where a backend serves chat; it may load a model.',
    capability: 'chat',
    path: '/v1/chat/completions',
    body: { model: 'fast', stream: true, messages: message('Count to three.') },
    judge: (reply) => judgeStream(reply),
  },
];

/** What the gateway serves besides images, by the identifiers of its own verification. */
export const GATEWAY_CHAT_CHECKS: readonly Check[] = [
  gatewayCheck(
    { id: 'models', title: 'Chat models', about: 'GET /v1/models returns 200 and a list; models of images are not in it.' },
    async ({ gateway, nowMs }) => {
      const reply = await gateway.request({ path: '/v1/models', timeoutMs: MODELS_TIMEOUT_MS });
      return await judgeGateway(reply, nowMs, ({ body }) => {
        const models = parseGatewayModels(body);
        if (models.length === 0) return unknown(TEXT.noModels, byHand(TEXT.startUpstream), showReply('GET /v1/models', reply));
        return pass(TEXT.models(models.length), models.map(({ id }) => id).join(', '));
      });
    },
  ),
  gatewayCheck(
    { id: 'memory_export', title: 'Memory', about: 'GET /v1/memory/export returns 200, or that the memory is off.' },
    async ({ gateway, nowMs }) => {
      const reply = await gateway.request({ path: MEMORY });
      if (reply.status === 400 && /memory v2 disabled/i.test(reply.body.slice(0, 10_000))) return pass(TEXT.memoryOff);
      return await judgeGateway(reply, nowMs, () => (isRecord(jsonIn(reply.body)) ? pass(TEXT.memory) : garbled(MEMORY, reply)));
    },
  ),
  // They work a model, as an image does, and so run one after the other and only when they are chosen.
  ...CHAT.map(({ id, title, about, capability, path, body, judge }) =>
    gatewayCheck({ id, title, about, cost: 'image' }, async (sources) => {
      if (!(await isServed(sources, capability))) return skipped(TEXT.capabilitySkipped(capability));
      const { gateway, nowMs } = sources;
      const headers = body['stream'] === true ? { accept: 'text/event-stream' } : {};
      const reply = await gateway.request({ method: 'POST', path, body, headers, timeoutMs: CHAT_TIMEOUT_MS });
      return await judgeGateway(reply, nowMs, judge);
    }),
  ),
];

/** Whether a backend that is ready serves this. */
async function isServed(sources: CheckSources, capability: Capability): Promise<boolean> {
  const { admission, health } = await readStatus(sources);
  const classes = (admission ?? []).filter(({ routeKind }) => routeKind === capability).map(({ backendClass }) => backendClass);
  return classes.some((name) => health?.find((row) => row.name === name)?.isReady !== false);
}

const garbled = (path: string, reply: Reply): Finding => unknown(TEXT.garbled(path), CHECK_ADDRESS, showReply(path, reply));

function judgeStream(reply: Reply): Finding {
  const events = reply.body.split('\n').filter((line) => line.startsWith('data:'));
  if (events.length === 0) return garbled('the stream', reply);
  const isWhole = events.some((line) => line.startsWith(DONE));
  return isWhole ? pass(TEXT.streamed(events.length - 1)) : fail(TEXT.notStreamed, byHand(TEXT.seeLog), events.at(-1));
}
