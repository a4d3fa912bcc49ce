import { type Fields, isRecord } from '../../../../shared/record.ts';
import type { Reply } from '../../../foundation/http/client.ts';
import { listOf, textOf } from '../../backends/values.ts';
import { byHand, type Check, type Finding, fail, pass, skipped, unknown } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { gatewayCheck } from './gateway-check.ts';
import { GATEWAY_TEXT as TEXT } from './gateway-text.ts';
import { jsonIn, judgeGateway, showReply } from './judge-reply.ts';

const TOOLS = '/v1/tools';
const TIMEOUT_MS = 30_000;
const ARGUMENTS = { text: 'verify' };
/** As the tool reaches it on its own machine. */
const HEALTH_OF = (port: number): string => `http://127.0.0.1:${port}/health`;

const SEE_LOG = byHand(TEXT.seeLog);
const CHECK_ADDRESS = byHand(TEXT.checkAddress);

/** The tools of the gateway, by the identifiers of its own verification; noop changes nothing. */
export const GATEWAY_TOOL_CHECKS: readonly Check[] = [
  gatewayCheck({ id: 'tools_list', title: 'Tools', about: 'GET /v1/tools returns the list of tools that the token may use.' }, (sources) =>
    withTools(sources, (names) => pass(TEXT.tools(names.length), names.join(', '))),
  ),
  gatewayCheck(
    { id: 'tools_has_noop', title: 'The tool noop', about: 'noop, which every token may use, is in the list of tools.' },
    async (sources) => {
      const reply = await sources.gateway.request({ path: TOOLS });
      const names = namesIn(reply);
      if (names === null) return unknown(TEXT.garbled(TOOLS), CHECK_ADDRESS, showReply(`GET ${TOOLS}`, reply));
      return names.includes('noop') ? pass(TEXT.hasTool('noop')) : fail(TEXT.hasNoTool('noop'), byHand(TEXT.allowNoop), names.join(', '));
    },
  ),
  gatewayCheck(
    { id: 'tool_exec_noop', title: 'Run of a tool', about: 'POST /v1/tools/noop runs a tool that does nothing, and succeeds.' },
    (sources) => runTool(sources, 'noop', ARGUMENTS, () => pass(TEXT.toolRan('noop'))),
  ),
  gatewayCheck(
    { id: 'tool_dispatch_noop', title: 'Run of a tool by its name', about: 'POST /v1/tools runs the tool that the body names.' },
    async ({ gateway, nowMs }) => {
      const reply = await gateway.request({
        method: 'POST',
        path: TOOLS,
        body: { name: 'noop', arguments: ARGUMENTS },
        timeoutMs: TIMEOUT_MS,
      });
      return await judgeGateway(reply, nowMs, () => judgeRun(reply, 'noop', () => pass(TEXT.toolRan('noop'))));
    },
  ),
  gatewayCheck(
    { id: 'tool_replay', title: 'Replay of a tool', about: 'GET /v1/tools/replay/ID returns a run that was logged just before.' },
    async ({ gateway, nowMs }) => {
      const run = await gateway.request({ method: 'POST', path: `${TOOLS}/noop`, body: { arguments: ARGUMENTS }, timeoutMs: TIMEOUT_MS });
      return await judgeGateway(run, nowMs, async () => {
        const id = fieldsIn(run)?.['replay_id'];
        if (typeof id !== 'string' || !/^[\w.:-]{1,200}$/.test(id))
          return unknown(TEXT.noReplayId, CHECK_ADDRESS, showReply('POST noop', run));
        const reply = await gateway.request({ path: `${TOOLS}/replay/${id}` });
        const evidence = showReply(`GET ${TOOLS}/replay/${id}`, reply);
        if (reply.status !== 200) return fail(TEXT.otherStatus(reply.status, 'for the replay'), byHand(TEXT.allowLog), evidence);
        return fieldsIn(reply) === null ? unknown(TEXT.garbled(`${TOOLS}/replay`), CHECK_ADDRESS, evidence) : pass(TEXT.replayed, evidence);
      });
    },
  ),
  ...(['http_fetch', 'http_fetch_local'] as const).map((name) =>
    gatewayCheck(
      {
        id: `tool_exec_${name}_health`,
        title: `The tool ${name}`,
        about: `Where the token may use ${name}: it fetches /health of the gateway, with status 200.`,
      },
      (sources, { observabilityPort }) =>
        ifListed(sources, name, () =>
          runTool(sources, name, { url: HEALTH_OF(observabilityPort), method: 'GET' }, ({ status }) =>
            Number(status) === 200
              ? pass(TEXT.toolRan(name))
              : fail(TEXT.toolStatus(name, textOf(status) ?? String(Number(status))), SEE_LOG),
          ),
        ),
    ),
  ),
  ...(['system_info', 'models_refresh'] as const).map((name) =>
    gatewayCheck(
      { id: `tool_exec_${name}`, title: `The tool ${name}`, about: `Where the token may use ${name}: it succeeds.` },
      (sources) => ifListed(sources, name, () => runTool(sources, name, {}, () => pass(TEXT.toolRan(name)))),
    ),
  ),
];

function fieldsIn(reply: Reply): Fields | null {
  const document = jsonIn(reply.body);
  return isRecord(document) ? document : null;
}

function namesIn(reply: Reply): readonly string[] | null {
  const data = reply.status === 200 ? fieldsIn(reply)?.['data'] : null;
  return Array.isArray(data) && listOf(data).length === data.length ? listOf(data).flatMap(({ name }) => textOf(name) ?? []) : null;
}

async function withTools({ gateway, nowMs }: CheckSources, judge: (names: readonly string[]) => Finding): Promise<Finding> {
  const reply = await gateway.request({ path: TOOLS });
  return await judgeGateway(reply, nowMs, () => {
    const names = namesIn(reply);
    return names === null ? unknown(TEXT.garbled(TOOLS), CHECK_ADDRESS, showReply(`GET ${TOOLS}`, reply)) : judge(names);
  });
}

async function ifListed({ gateway }: CheckSources, name: string, run: () => Promise<Finding>): Promise<Finding> {
  const reply = await gateway.request({ path: TOOLS });
  const names = namesIn(reply);
  if (names === null) return unknown(TEXT.garbled(TOOLS), CHECK_ADDRESS, showReply(`GET ${TOOLS}`, reply));
  return names.includes(name) ? await run() : skipped(TEXT.toolNotAllowed(name));
}

async function runTool(
  { gateway, nowMs }: CheckSources,
  name: string,
  given: Fields,
  judge: (result: Fields) => Finding,
): Promise<Finding> {
  const reply = await gateway.request({ method: 'POST', path: `${TOOLS}/${name}`, body: { arguments: given }, timeoutMs: TIMEOUT_MS });
  return await judgeGateway(reply, nowMs, () => judgeRun(reply, name, judge));
}

function judgeRun(reply: Reply, name: string, judge: (result: Fields) => Finding): Finding {
  const result = fieldsIn(reply);
  const evidence = showReply(`POST ${TOOLS}/${name}`, reply);
  if (result === null) return unknown(TEXT.garbled(`${TOOLS}/${name}`), CHECK_ADDRESS, evidence);
  if (result['ok'] !== true) return fail(TEXT.toolFailed(name), SEE_LOG, evidence);
  const finding = judge(result);
  return { ...finding, evidence: [...finding.evidence, evidence] };
}
