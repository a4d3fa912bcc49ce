import { hasCode, PanelException } from '../../../../shared/errors.ts';
import { formatDuration } from '../../../../shared/format.ts';
import { isRecord } from '../../../../shared/record.ts';
import type { Reply } from '../../../foundation/http/client.ts';
import { messageOf } from '../../backends/json-client.ts';
import { listOf } from '../../backends/values.ts';
import { isSuccess } from '../../gateway/reading.ts';
import { gatewayReplyError } from '../../gateway/reply-errors.ts';
import { GENERATIONS_PATH } from '../../images/routes/openai-request.ts';
import { findImageFault } from '../../setup/api/image-fault.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { gatewayCheck } from './gateway-check.ts';
import { IMAGES_TEXT as TEXT } from './images-text.ts';
import { jsonIn, judgeGateway, showReply } from './judge-reply.ts';
import { OVERLOAD_CHECK } from './overload.ts';

/** The gateway gives an image up after 120 s, nginx and the shim after 300 s. */
const GATEWAY_TIMEOUT_MS = 130_000;
const NGINX_TIMEOUT_MS = 310_000;
const MAX_BYTES = 64 * 1024 * 1024;
const PROMPT = 'a lighthouse on a rock';

interface Size {
  readonly width: number;
  readonly height: number;
}
const LARGE: Size = { width: 512, height: 512 };
const SMALL: Size = { width: 256, height: 256 };
const inWords = ({ width, height }: Size): string => `${width} × ${height}`;

const bodyOf = ({ width, height }: Size, format: 'url' | 'b64_json'): Readonly<Record<string, unknown>> => ({
  prompt: PROMPT,
  n: 1,
  size: `${width}x${height}`,
  steps: 8,
  ...(format === 'url' ? {} : { response_format: format }),
});

/** What makes images, one after the other. */
export const IMAGES_CHECKS: readonly Check[] = [
  {
    id: 'openai_images',
    title: 'Image through nginx',
    group: 'proxy',
    layer: 'backend',
    cost: 'image',
    about:
      'POST /v1/images/generations on port 7860 makes an image of 512 × 512 whose size, format and colours are looked at; a stub does not pass.',
    run: async ({ http }) =>
      judgeNginxImage(
        await http('nginx', {
          method: 'POST',
          path: GENERATIONS_PATH,
          body: bodyOf(LARGE, 'b64_json'),
          timeoutMs: NGINX_TIMEOUT_MS,
          maxBytes: MAX_BYTES,
        }),
      ),
  },
  gatewayCheck(
    {
      id: 'images_url',
      title: 'Image at an address',
      cost: 'image',
      about: 'Without response_format the gateway returns the address of an image, and no base64.',
    },
    (sources) => judged(sources, 'url', judgeAddress),
  ),
  gatewayCheck(
    {
      id: 'images_url_fetch',
      title: 'The address of an image',
      cost: 'image',
      about: 'The address that the gateway returns gives the image, whose size, format and colours are looked at.',
    },
    (sources) => judged(sources, 'url', (reply) => fetchImage(sources, reply)),
  ),
  gatewayCheck(
    { id: 'images_b64', title: 'Image as base64', cost: 'image', about: 'With response_format b64_json the gateway returns base64.' },
    (sources) =>
      judged(sources, 'b64_json', (reply) => {
        const entry = firstOf(reply);
        if (entry === null) return unknown(TEXT.garbled, byHand(TEXT.seeGateway), showReply('POST', reply));
        return typeof entry['b64_json'] === 'string' ? pass(TEXT.base64) : fail(TEXT.noBase64, byHand(TEXT.seeGateway));
      }),
  ),
  gatewayCheck(
    {
      id: 'images',
      title: 'Image through the gateway',
      cost: 'image',
      about: 'The gateway makes an image of 256 × 256 whose size, format and colours are looked at; a stub does not pass.',
    },
    (sources) => judged(sources, 'b64_json', (reply) => judgeBase64(reply, SMALL, 'The gateway')),
  ),
  OVERLOAD_CHECK,
];

/** One image of each form for all checks of a run. */
const generated = new WeakMap<CheckSources, Map<'url' | 'b64_json', Promise<Reply>>>();

function generate(sources: CheckSources, format: 'url' | 'b64_json'): Promise<Reply> {
  const known = generated.get(sources) ?? new Map<'url' | 'b64_json', Promise<Reply>>();
  generated.set(sources, known);
  const request = { path: GENERATIONS_PATH, body: bodyOf(SMALL, format), timeoutMs: GATEWAY_TIMEOUT_MS, maxBytes: MAX_BYTES };
  const reply = known.get(format) ?? sources.gateway.request({ method: 'POST', ...request });
  known.set(format, reply);
  return reply;
}

async function judged(
  sources: CheckSources,
  format: 'url' | 'b64_json',
  judge: (reply: Reply) => Finding | Promise<Finding>,
): Promise<Finding> {
  const reply = await generate(sources, format);
  const error = isSuccess(reply) ? null : gatewayReplyError(reply, sources.nowMs);
  // All slots in use, or a backend that is not ready, which another check names.
  if (error !== null && hasCode(error, 'gateway-overloaded', 'gateway-backend-not-ready')) throw new PanelException(error);
  return await judgeGateway(reply, sources.nowMs, judge);
}

function firstOf(reply: Reply): Readonly<Record<string, unknown>> | null {
  const document = jsonIn(reply.body, MAX_BYTES);
  return (isRecord(document) ? listOf(document['data'])[0] : null) ?? null;
}

async function judgeNginxImage(reply: Reply): Promise<Finding> {
  const evidence = showReply(`POST ${GENERATIONS_PATH}`, reply);
  if (reply.status === 200) return await judgeBase64(reply, LARGE, 'nginx');
  const isPage = /html/i.test(reply.headers['content-type'] ?? '');
  const summary = TEXT.nginxStatus(reply.status, isPage ? '' : messageOf(reply.body));
  return isPage ? unknown(summary, byHand(TEXT.seeReadiness), evidence) : fail(summary, byHand(TEXT.seeShim), evidence);
}

async function judgeBase64(reply: Reply, size: Size, server: string): Promise<Finding> {
  const entry = firstOf(reply);
  if (entry === null) return unknown(TEXT.garbled, byHand(TEXT.seeGateway), showReply('POST', reply));
  const base64 = entry['b64_json'];
  if (typeof base64 !== 'string' || base64 === '') return fail(TEXT.noImage, byHand(TEXT.seeGateway));
  return await judgeImage(Buffer.from(base64, 'base64'), size, server, reply.timing.totalMs);
}

async function judgeImage(data: Buffer, size: Size, server: string, elapsedMs: number): Promise<Finding> {
  if (/^\s*<(?:svg|\?xml)/.test(data.toString('latin1', 0, 200))) return fail(TEXT.placeholder, byRecipe('gateway', TEXT.setBackend));
  const fault = await findImageFault(data, size, server);
  if (fault !== null)
    return fail(TEXT.wrongImage(fault), byHand(server === 'nginx' ? TEXT.seeShim : TEXT.seeGateway), `${data.length} bytes`);
  return pass(TEXT.made(inWords(size), formatDuration(elapsedMs)), `PNG, ${data.length} bytes`);
}

function judgeAddress(reply: Reply): Finding {
  const entry = firstOf(reply);
  if (entry === null) return unknown(TEXT.garbled, byHand(TEXT.seeGateway), showReply('POST', reply));
  const { url } = entry;
  if (typeof url !== 'string' || url === '' || 'b64_json' in entry) return fail(TEXT.noAddress, byHand(TEXT.seeGateway));
  if (url.startsWith('data:')) return fail(TEXT.inline, byRecipe('gateway', TEXT.imageFolder));
  return pass(TEXT.address, url);
}

async function fetchImage({ gateway }: CheckSources, reply: Reply): Promise<Finding> {
  const url = firstOf(reply)?.['url'];
  // Of an absolute address only the path counts: the token goes nowhere but to the gateway.
  const path = typeof url === 'string' ? (/^https?:\/\/[^/]{1,300}(\/.*)$/i.exec(url.slice(0, 2_000))?.[1] ?? url) : '';
  if (!path.startsWith('/') || path.length > 2_000) return unknown(TEXT.noAddress, byHand(TEXT.imageFolder));
  const fetched = await gateway.request({ path, maxBytes: MAX_BYTES, headers: { accept: 'image/*' } });
  const evidence = `GET ${path}: ${fetched.status}, ${fetched.headers['content-type'] ?? 'no content type'}`;
  if (fetched.status === 401) return unknown(TEXT.login, byHand(TEXT.useBase64), evidence);
  if (fetched.status === 403) return warn(TEXT.disabled, byHand(TEXT.allowlist), evidence, messageOf(fetched.body));
  if (fetched.status !== 200) return fail(TEXT.gone(fetched.status), byRecipe('gateway', TEXT.imageFolder), evidence);
  const finding = await judgeImage(fetched.bytes, SMALL, 'The gateway', fetched.timing.totalMs);
  return finding.verdict === 'pass'
    ? pass(TEXT.fetched(inWords(SMALL)), evidence)
    : { ...finding, evidence: [...finding.evidence, evidence] };
}
