// biome-ignore-all lint/style/noExcessiveLinesPerFile: one list with an entry for each parser that is fed from outside
import { messageOf as shimWordsOf } from '../../ada2/images-shim/backend-message.ts';
import { readImageRequest } from '../../ada2/images-shim/image-request.ts';
import { queueMsOf } from '../../ada2/images-shim/invokeai-item.ts';
import { readCheckpoints, readChoices, readHistory, readQueuePosition, readRefusal } from '../../electron/capabilities/backends/comfyui.ts';
import { readBinaryEvent, readTextEvent } from '../../electron/capabilities/backends/comfyui-events.ts';
import { parseDf } from '../../electron/capabilities/backends/disk-space.ts';
import { readQueueItem } from '../../electron/capabilities/backends/invokeai.ts';
import { readEvent } from '../../electron/capabilities/backends/invokeai-events.ts';
import { messageOf } from '../../electron/capabilities/backends/json-client.ts';
import { readReadiness } from '../../electron/capabilities/backends/shim-readiness.ts';
import { utcOf } from '../../electron/capabilities/backends/values.ts';
import { isBackupOf } from '../../electron/capabilities/checks/lists/backups.ts';
import { readGpuPrograms, readGpus } from '../../electron/capabilities/checks/lists/gpu-facts.ts';
import { xidsIn } from '../../electron/capabilities/checks/lists/gpu-xid.ts';
import { knownFaultOf } from '../../electron/capabilities/checks/lists/known-versions.ts';
import { rowOf, valuesOf } from '../../electron/capabilities/checks/lists/machine-facts.ts';
import { readNginxSize, readNginxTime } from '../../electron/capabilities/checks/lists/proxy-site.ts';
import { readImageNames } from '../../electron/capabilities/checks/lists/shim-models.ts';
import { readPresets } from '../../electron/capabilities/checks/lists/shim-settings.ts';
import { readDownloads } from '../../electron/capabilities/comfyui/download-list.ts';
import { readRemoteFile } from '../../electron/capabilities/comfyui/remote-file.ts';
import { folderOfUnit, readComfyQueue, readFolder, readSystem } from '../../electron/capabilities/comfyui/replies.ts';
import { parseHostFacts } from '../../electron/capabilities/facts/parse-facts.ts';
import { readRecord } from '../../electron/capabilities/gallery/image-record.ts';
import { readA1111 } from '../../electron/capabilities/gallery/import/a1111.ts';
import { readComfyUi } from '../../electron/capabilities/gallery/import/comfyui.ts';
import { readExifTexts } from '../../electron/capabilities/gallery/import/exif.ts';
import { readFooocus } from '../../electron/capabilities/gallery/import/fooocus.ts';
import { readDream, readInvokeAi } from '../../electron/capabilities/gallery/import/invokeai.ts';
import { graphOfWorkflow } from '../../electron/capabilities/gallery/import/workflow.ts';
import { readErrorBody } from '../../electron/capabilities/gateway/error-body.ts';
import { parseGatewayModels } from '../../electron/capabilities/gateway/models.ts';
import { readUpstreams } from '../../electron/capabilities/gateway/observability.ts';
import { parseMetrics } from '../../electron/capabilities/gateway/prometheus.ts';
import { gatewayReplyError, readRetryAfter } from '../../electron/capabilities/gateway/reply-errors.ts';
import { parseRequestLine } from '../../electron/capabilities/gateway/requests/request-line.ts';
import { parseGatewayStatus } from '../../electron/capabilities/gateway/status.ts';
import { readToolMetrics } from '../../electron/capabilities/gateway/tool-metrics.ts';
import { classifyFailure, gpuError } from '../../electron/capabilities/gpu/failures.ts';
import { parseHelp, parseSample, planSamples, refusedField } from '../../electron/capabilities/gpu/fields.ts';
import { parseHealth, parseIdentities, planHealth, planIdentity } from '../../electron/capabilities/gpu/identity.ts';
import { parseCell, splitRow, textCell } from '../../electron/capabilities/gpu/nvidia-smi.ts';
import { parseProcesses } from '../../electron/capabilities/gpu/processes.ts';
import { bootTimeOf, parseKernelLine, parseXid } from '../../electron/capabilities/gpu/xid.ts';
import { readOpenAiAnswer } from '../../electron/capabilities/images/routes/openai-answer.ts';
import { memoryIncidents } from '../../electron/capabilities/incidents/log-incidents.ts';
import { parseEntry } from '../../electron/capabilities/journal/entry-parser.ts';
import { isBadCursor, isLimited } from '../../electron/capabilities/journal/errors.ts';
import { parseFields } from '../../electron/capabilities/journal/fields.ts';
import { severityOf } from '../../electron/capabilities/journal/severity.ts';
import { NO_TRACEBACK, stepTraceback } from '../../electron/capabilities/journal/traceback.ts';
import { readHostReply } from '../../electron/capabilities/models/hub/channel.ts';
import { readOffers } from '../../electron/capabilities/models/hub/offers.ts';
import { readHubExtras, readHubModels, readSiblings, readTree } from '../../electron/capabilities/models/hub/replies.ts';
import { describeSource, readJobs } from '../../electron/capabilities/models/job-reader.ts';
import { readCache, readModels, readStarters } from '../../electron/capabilities/models/readers.ts';
import { readBoot, readChange, readCommand } from '../../electron/capabilities/report/collect/host-past.ts';
import { readLoggedRequest } from '../../electron/capabilities/report/collect/request-log.ts';
import { cleanDocument } from '../../electron/capabilities/report/document.ts';
import { parseListing } from '../../electron/capabilities/services/discovery.ts';
import { unitOfEntry } from '../../electron/capabilities/services/manager-log.ts';
import { linesOfNewestRun } from '../../electron/capabilities/services/run-lines.ts';
import { parseShow } from '../../electron/capabilities/services/show-parser.ts';
import { readTorchVersion } from '../../electron/capabilities/setup/adopt/environment-facts.ts';
import { readSpan } from '../../electron/capabilities/setup/adopt/service-facts.ts';
import { readGraphTemplate } from '../../electron/capabilities/setup/adopt/shim-facts.ts';
import { diffLines } from '../../electron/capabilities/setup/describe.ts';
import { readBackendsYaml } from '../../electron/capabilities/setup/files/backends-yaml.ts';
import { readInvokeAiYaml } from '../../electron/capabilities/setup/files/invokeai-yaml-read.ts';
import { showInvokeAiYaml } from '../../electron/capabilities/setup/files/invokeai-yaml-shown.ts';
import { readLaunchd } from '../../electron/capabilities/setup/files/launchd.ts';
import { readNginxSite } from '../../electron/capabilities/setup/files/nginx-read.ts';
import { choosePython, pythonsOfInvokeAi } from '../../electron/capabilities/setup/files/python.ts';
import { carryShimEnv } from '../../electron/capabilities/setup/files/shim-env.ts';
import { chooseTorch } from '../../electron/capabilities/setup/files/torch.ts';
import { readUnit, unitEnvironment } from '../../electron/capabilities/setup/files/unit-file.ts';
import { readHostFacts } from '../../electron/capabilities/setup/host-facts.ts';
import { parseLogLines } from '../../electron/capabilities/troubleshooting/parse-log.ts';
import { parseRequestLines } from '../../electron/capabilities/troubleshooting/read-host.ts';
import { backendBlock } from '../../electron/capabilities/troubleshooting/rules/replies.ts';
import { readDotenv } from '../../electron/foundation/files/dotenv.ts';
import type { HostAnswers } from '../../electron/foundation/host-reader/answers.ts';
import { readJournalLine } from '../../electron/foundation/host-reader/log-lines.ts';
import { readAuthority } from '../../electron/foundation/http/authority.ts';
import { PASSWORD_PROMPT } from '../../electron/foundation/ssh/auth.ts';
import { hostFieldCovers, judgeHostKey, knownHostName, parseKnownHosts } from '../../electron/foundation/ssh/known-hosts.ts';
import { sshError } from '../../electron/foundation/ssh/library-errors.ts';
import { loginShellUnusableError } from '../../electron/foundation/ssh/login-shell.ts';
import { parsePrintedSettings } from '../../electron/foundation/ssh/open-ssh.ts';
import { parseProxyJump } from '../../electron/foundation/ssh/proxy-jump.ts';
import { isKeyRevoked } from '../../electron/foundation/ssh/revoked-keys.ts';
import { matchesGlob } from '../../electron/foundation/ssh/ssh-config-glob.ts';
import { criteriaOf } from '../../electron/foundation/ssh/ssh-config-match.ts';
import { expandPath, hasUnknownParts, splitPrintedPaths } from '../../electron/foundation/ssh/ssh-config-paths.ts';
import { parseConfigLine } from '../../electron/foundation/ssh/ssh-config-words.ts';
import { allowsWithoutPassword, isVersionOfSudoRs } from '../../electron/foundation/ssh/sudo-list.ts';
import { parseSudoOutput } from '../../electron/foundation/ssh/sudo-output.ts';
import { readOurPrompt, readProofQuestion, readQuestion } from '../../electron/foundation/ssh/sudo-prompt.ts';
import { templateOf } from '../../renderer/stores/journal/filters.ts';
import { compileSearch } from '../../renderer/stores/journal/search.ts';
import { shortGpuName } from '../../shared/diagnosis/gpu-link.ts';
import { resolvePrompt } from '../../shared/image-graphs/prompt-template.ts';
import { valuesFrom } from '../../shared/image-graphs/sweep-cells.ts';
import { parseLogPrefix } from '../../shared/log-prefix.ts';
import { plainLines, plainText, stripAnsi } from '../../shared/plain-text.ts';
import { redactSecrets, secretsIn } from '../../shared/redact.ts';
import { findSecrets, redactDocument } from '../../shared/redact-document.ts';
import { createSecretValues } from '../../shared/secret-values.ts';
import { type Parser, reads, readsJson, readsLines, readsValue } from './parser.ts';

const SEARCH = compileSearch({ text: 'error', regex: false, matchCase: false });
const KNOWLEDGE = { known: null, refused: new Set<string>() };
const UUID = 'GPU-5c1f8d2e-7a40-4b7e-9c55-0e6f2f1ada02';
const RESTART = ['/usr/bin/systemctl', 'restart', 'invokeai.service'];
const SECRET_PREFIXES = [
  'token: ',
  'key = "',
  'Environment="a=b" ',
  '-----BEGIN PRIVATE KEY-----\n',
  '"prompt": "',
  'authorization "',
] as const;
const KNOWN_VALUES = createSecretValues(['hf_AbCdEfGhIjKl', 'correct horse']);
const RECORD = '\u001e';
const XID = 'NVRM: Xid (PCI:0000:21:00): ';
const entryOf = (MESSAGE: unknown): unknown => ({
  __CURSOR: 's=a;i=1;b=c',
  __REALTIME_TIMESTAMP: '1795383176205563',
  _BOOT_ID: 'b',
  MESSAGE,
});
const reply = (body: string, headers: Readonly<Record<string, string>> = {}) => gatewayReplyError({ status: 502, headers, body }, 0);
const JUMP_TARGET = { alias: 'gpu', hostName: '192.0.2.10', port: 22, user: 'me' };
const PATH_VALUES = { ...JUMP_TARGET, hostKeyAlias: null, proxyJump: null, environment: {} };
const PRINTED_HOMES = { values: PATH_VALUES, printedHome: '/home/me', homeFolder: '/home/me' };
/** Answers of the host's reader that all have one line. */
const answered = (line: string): HostAnswers => ({ get: () => ({ status: 'ok', lines: [line] }) });
/** The outcome of a parser that refuses by throwing. */
const orError = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (thrown) {
    return thrown;
  }
};
const sudoRule = (command: string): string =>
  `User me may run the following commands on host:\n\nSudoers entry: /etc/sudoers\n    RunAsUsers: root\n    Options: !authenticate\n    Commands:\n\t${command}\n`;

/**
 * Every function that reads text from outside, one line each: add yours here. `bench/adversarial.test.ts` holds each to linear
 * work, `bench/adversarial.bench.ts` to 50 ms for a mebibyte, except for files of the operator's own (`own files: …`).
 */
export const PARSERS: readonly Parser[] = [
  reads('text: stripAnsi', stripAnsi, '\u001b[31m', '\u001b]8;;', '\u009b'),
  reads('text: plainText', (text) => plainText(text), '\u001b[31m', '\u202e'),
  reads('text: plainLines', (text) => plainLines(text, 1 << 21), '\u001b[31m', '\r'),
  reads('text: secretsIn', secretsIn, ...SECRET_PREFIXES),
  reads('text: findSecrets', (text) => findSecrets([{ text, kind: 'settings' }]), ...SECRET_PREFIXES),
  reads(
    'text: redactDocument',
    (text) => redactDocument(text, { kind: 'settings', values: KNOWN_VALUES, withPrompts: false }),
    ...SECRET_PREFIXES,
  ),
  reads(
    'text: redactSecrets',
    redactSecrets,
    '?token=',
    '&x-amz-',
    'https://',
    'https://u:p',
    'authorization: ',
    'bearer ',
    '"token": "',
    "'token':'\\",
    'hf_',
    'sk-',
    'eyJ',
    '.eyJaaaaaaaaa',
    'cookie: ',
    'cookie", "',
    '--a-',
    '--token ',
    'token=',
    'token="',
    'token\\": \\"',
    'token": "',
    'api_key: ',
    ' -u a',
    ' -u a:b',
    'x-a-',
    'x-amz-',
    '%3A%2F%2F',
    '%3A%2F%2Fa%',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----a',
    '-----BEGIN A ',
  ),

  readsJson('journal: entry', entryOf, parseEntry, '\u001b[31m', 'Traceback (most recent call last):', 'A.', 'level='),
  readsJson(
    'journal: all fields',
    (text) => ({ MESSAGE: text, [text.slice(0, 1000)]: text }),
    (line) => parseFields(line),
    'HF_TOKEN=',
    '\u001b[31m',
  ),
  reads('journal: prefix of InvokeAI', parseLogPrefix, '[2026-08-19 03:13:04,123]::[', '['),
  reads('window: template of a log line', templateOf, '1', 'a1', '0x'),
  readsJson('journal: entry of bytes', (text) => entryOf([...Buffer.from(text.slice(0, 200_000))]), parseEntry),
  readsJson('journal: entry of many values', (text) => entryOf(text.slice(0, 200_000).split('')), parseEntry),
  readsJson(
    'journal: entry with long names',
    (text) => ({
      ...Object(entryOf('x')),
      UNIT: text,
      SYSLOG_IDENTIFIER: text,
      _PID: text,
      PRIORITY: text,
      _BOOT_ID: text,
      MESSAGE_ID: text,
    }),
    parseEntry,
  ),
  reads(
    'journal: newest run',
    (text) => linesOfNewestRun(text.split('\n')),
    '"INVOCATION_ID":"',
    `{"__CURSOR":"a","INVOCATION_ID":"${'a'.repeat(32)}"}\n`,
    `{"__CURSOR":"a","MESSAGE_ID":"5eb03494b6584870a536b337290809b3","INVOCATION_ID":"${'a'.repeat(32)}"}\n`,
  ),
  reads('journal: line', parseEntry, '{"MESSAGE":', '{"__CURSOR":"a","MESSAGE":'),
  reads('journal: line that was cut', (text) => parseEntry(`{${text}…`), '"__CURSOR":"', '"__REALTIME_TIMESTAMP":"1"'),
  reads('journal: severity', (text) => severityOf(text, 6), 'Traceback ', 'Aa.', 'AError', 'CUDA '),
  reads(
    'journal: traceback',
    (text) => stepTraceback({ kind: 'frames', cursor: 'c', strangers: 0 }, { cursor: 'd', text }),
    'Traceback (most recent call last):',
    'a.',
  ),
  reads('journal: traceback start', (text) => stepTraceback(NO_TRACEBACK, { cursor: 'd', text }), 'Traceback (most recent call last): '),
  reads('journal: stderr', (text) => [isLimited(text), isBadCursor(text)], 'not seeing messages'),

  reads('gpu: Xid', (text) => parseXid(text, 0), XID, 'NVRM: ', 'NVRM: Xid (', 'NVRM: GPU at ', `${XID}31, `),
  readsJson('gpu: kernel line', entryOf, parseKernelLine, XID, 'NVRM: '),
  reads('gpu: boot time', bootTimeOf, '{"__MONOTONIC_TIMESTAMP":"1', '{"__MONOTONIC_TIMESTAMP":"1","__REALTIME_TIMESTAMP":"1'),
  reads('gpu: kernel line that is no JSON', parseKernelLine, '{"MESSAGE":"NVRM'),
  reads('host reader: log line', readJournalLine, '1764277455.1 ada2 ', '1764277455.1 ada2 kernel: '),
  reads(
    'incidents: failures for want of memory',
    (text) => [null, 'a.service'].map((unit) => memoryIncidents([{ atMs: 0, unit, text }], { gpus: [], sameFailureMs: 1 })),
    'oom-kill:constraint=',
    'task_memcg=/a.service,task=x,pid=1',
    'Killed process 1 (',
    'CUDA out of memory GPU 1 has',
  ),
  reads('gpu: row', (text) => [splitRow(text, 3), parseCell(text), textCell(text)], 'P', '0x', '[', '1.'),
  reads('gpu: sample', (text) => parseSample(text, planSamples(KNOWLEDGE), 0), `${UUID}, `),
  reads('gpu: identity', (text) => parseIdentities(text, planIdentity(KNOWLEDGE)), `${UUID}, `, `${UUID},0,a,b,c,d,e,f,g,h\n`),
  reads('gpu: health', (text) => parseHealth(text, planHealth(KNOWLEDGE), 0), `${UUID}, `),
  reads(
    'gpu: processes',
    (text) => parseProcesses([text, `0\n${text}`, `\n${text}`].map((part) => `${part.slice(0, text.length / 3)}\n`).join(RECORD), 0),
    `${UUID}, 1, a, 2\n`,
    '1 ',
    '1 0::/',
    '1 u 2 a\n',
  ),
  readsLines(
    'checks: GPU',
    (lines) => {
      const answers = { get: () => ({ status: 'ok' as const, lines }) };
      return [readGpus(answers), readGpuPrograms(answers)];
    },
    `0\n${UUID}, 1, a, 2\t`,
    '0::/a.service',
    ', ',
  ),
  reads('checks: kernel log', (text) => xidsIn([text]), '1.0 h k: ', 'NVRM: Xid (PCI:0000:21:00): 79, '),
  reads('checks: presets', readPresets, '{"a":', '{"a":{"model":"'),
  readsValue(
    'checks: models of the shim',
    (text) => ({ data: [{ id: text, name: text, owned_by: text, metadata: { type: 'main', key: text } }], shim: { upstream_error: text } }),
    readImageNames,
  ),
  reads('checks: version of InvokeAI', knownFaultOf, '6.', '6.14.0', 'rc'),
  reads('gpu: help', parseHelp, '"', '"memory.used" or "'),
  reads(
    'gpu: failure',
    (text) => [classifyFailure(1, text), gpuError('unknown', text), refusedField(text)],
    'Field "',
    "couldn't ",
    'GPU ',
  ),

  reads('host: facts', (text) => parseHostFacts(text, 0, 0), 'os=', 'groups=', 'clock='),
  reads(
    'ssh: sudo list',
    (text) => allowsWithoutPassword(text, RESTART),
    'Sudoers entry: \n',
    'Sudoers entry:\n    Commands:\n\t',
    '\n    RunAsUsers: ',
    '\n Options: ',
  ),
  reads(
    'ssh: sudo rule',
    (text) => allowsWithoutPassword(sudoRule(text), RESTART),
    '/usr/bin/',
    '/usr/bin/systemctl *',
    '/usr/bin/systemctl *\\',
    '/usr/bin/systemctl ?*',
  ),
  reads(
    'ssh: sudo words',
    (text) => parseSudoOutput({ exitCode: 1, stderr: text }),
    'sudo: ',
    'sudo: 1',
    '\nsudo: a',
    'sorry, user ',
    'sudo: unable to open ',
  ),
  reads('ssh: sudo version', (text) => isVersionOfSudoRs({ stdout: text, stderr: text }), 'sudo-rs'),
  reads(
    'ssh: sudo question',
    (text) => [readQuestion(text), readOurPrompt(text, 'ada-panel-00'), readProofQuestion(text, 'ada-panel-00')],
    '[sudo] password for ',
    '[ada-panel-00 ',
    '[sudo: [ada-panel-00 a] password: ] ',
    "a's ",
    ': ',
  ),
  reads('ssh: login shell', (text) => loginShellUnusableError({ exitCode: 1, stdout: text, stderr: text }), 'password ', 'account is '),
  reads('services: list', (text) => parseListing(text, ['unit', 'load', 'active', 'sub', 'description']), 'a.service ', '● ', '[{"unit":'),
  reads('ssh: error', (text) => sshError(new Error(text), 'host'), 'no matching '),
  reads(
    'setup: invokeai.yaml as shown',
    (text) => diffLines('', showInvokeAiYaml(text)),
    'remote_api_tokens:\n',
    '- ',
    ' ',
    'token: ',
    '\n\n',
  ),
  reads('setup: invokeai.yaml', (text) => readInvokeAiYaml(text, { version: '6.14.2' }), 'InvokeAI:\n', '- ', 'host: ', '[', '&a '),
  reads('setup: environment of the shim', carryShimEnv, 'A=', '"', "'", '\\', '#', '\n', 'SHIM_MODEL_PRESETS_JSON={"'),
  reads('checks: row of df', (text) => rowOf(answered(text), 'disk /'), '1', ' ', '1 1 /', '-'),
  reads('checks: values of a host', (text) => valuesOf(answered(text), 'boot'), '=', 'a=', ' '),
  reads('checks: name of a backup', (text) => isBackupOf('a', `a${text}`), '.', '1', '.bak', '2026-'),
  reads('setup: listening sockets', (text) => readHostFacts(answered(text)), 'LISTEN 0 1 ', 'cgroup:/', 'uid:1 ', 'users:(("'),
  reads('checks: time of nginx', readNginxTime, '1', 'm', 'ms', '1h', '999999999d'),
  reads('checks: size of nginx', readNginxSize, '1', 'k', 'g', '999999999999'),
  reads(
    'setup: nginx site',
    readNginxSite,
    'server { ',
    'location ',
    'listen ',
    '"',
    '{',
    '${',
    '; ',
    '\\',
    'server { location = /x { proxy_pass http://127.0.0.1:',
  ),
  reads(
    'setup: services of macOS',
    (text) => readLaunchd(text.split('\n')),
    'domain system\n\tservices = {\n',
    '\t 1 - a',
    'plist /a',
    '.plist',
    ' ',
    '\n',
  ),
  reads('setup: environment of the gateway', readDotenv, 'A=', '"', "'", '\\"', "A='\\'", ' #', 'export ', '\n'),
  reads('setup: backends of the gateway', (text) => orError(() => readBackendsYaml(text)), 'backends:\n  a:\n    class: ', '- ', '{'),
  reads(
    'setup: driver and GPU',
    (text) => chooseTorch({ driverVersion: text, gpus: [{ name: text, computeCapability: text }], mayUseCpu: true }),
    '580.1',
    'RTX ',
    'GTX 1',
  ),
  reads('setup: version of Python', (text) => choosePython(new Map([[text, text]]), pythonsOfInvokeAi(text)), '3.', '6.'),
  reads('setup: version of torch', readTorchVersion, "__version__ = '", 'cuda: ', '\n'),
  reads('setup: span of a unit', readSpan, '1h ', '1', 'min ', ' '),
  readsJson(
    'setup: graph template',
    (text) => ({ nodes: [{ data: { type: text, inputs: { model: { key: text, name: text, base: text } } } }] }),
    (json) => readGraphTemplate(JSON.stringify(json)),
  ),
  reads('setup: unit file', (text) => unitEnvironment(readUnit(text)), '[Service]\nEnvironment=', '\\', '[', '"', 'A=B ', '\n#'),
  reads('own files: known hosts', (text) => parseKnownHosts(text, 'f'), '@revoked ', 'a ssh-ed25519 ', ' ', '\n', '\r'),
  reads(
    'own files: known hosts verdict',
    (text) => judgeHostKey(parseKnownHosts(text, 'f'), knownHostName('example.org', 2222), Buffer.alloc(8)),
    '*,',
    '|1|',
  ),
  reads('own files: revoked keys', (text) => orError(() => isKeyRevoked(Buffer.from(text), Buffer.alloc(8))), 'SSHKRL\n\u0000', 'ssh-rsa '),
  reads('own files: printed settings', parsePrintedSettings, 'identityfile ', ' \n', '\r\n'),
  reads(
    'own files: printed paths',
    (text) =>
      orError(() => splitPrintedPaths('userknownhostsfile', { printed: text, configured: [[text], ['a', text]], ...PRINTED_HOMES })),
    'known_hosts ',
    '%h',
    '${',
  ),
  reads('own files: configuration line', parseConfigLine, 'Host ', 'Host "', '\\', "'", '#', '= '),
  reads('own files: Match line', (text) => criteriaOf({ keyword: 'match', words: text.split(' '), raw: text }), '!', '=', 'host '),
  reads('own files: Include pattern', (text) => matchesGlob(text, 'config-of-a-host.conf'), '*', '[', '[!', '[a-', '?'),
  reads('own files: Include name', (text) => matchesGlob('*[0-9]*.conf', text), '0', '.conf'),
  reads(
    'own files: path with tokens',
    (text) => [expandPath(text, PATH_VALUES, '/home/me'), hasUnknownParts(text, PATH_VALUES, '/home/me')],
    '%h',
    '%%',
    '~me/',
    '${A}',
    '${',
    '~/',
  ),
  reads('own files: jump hosts', (text) => orError(() => parseProxyJump(text, JUMP_TARGET)), 'ssh://', '@', '[', ':', '%r'),
  reads('ssh: password prompt', (text) => PASSWORD_PROMPT.test(text), "a@b's ", 'password:', ' '),
  reads('own files: known host pattern', (text) => hostFieldCovers(text, 'example.org'), '*e', '|1|', '!', '?'),

  readsJson('services: entry of PID 1', (text) => ({ __CURSOR: 's=1', UNIT: text }), unitOfEntry, 'a.service', '\\x2d'),
  reads('services: show', parseShow, 'Id=', 'Id=a\n', '\n\n', 'RequiredBy= '),

  {
    name: 'setup: difference of a file',
    prefixes: ['a\nb\n'],
    prepare: (text) => {
      const other = `${text.split('').reverse().join('')}\n`;
      return () => diffLines(text, other);
    },
  },

  reads('gateway: error page', (text) => readErrorBody('text/html', text), '<title', '<title>', '<h1'),
  reads('gateway: error text', (text) => readErrorBody(undefined, text), '<html'),
  readsJson(
    'gateway: error detail',
    (text) => ({ detail: text }),
    (json) => reply(json),
    'Bearer ',
    "HTTPStatusError: Server error '500' for url 'h://",
    'HTTPStatusError: ',
  ),
  readsJson(
    'gateway: error list',
    (text) => ({ detail: [...text.slice(0, 20_000)].map((msg) => ({ loc: ['body', msg], msg })) }),
    (json) => reply(json),
  ),
  readsJson(
    'gateway: error fields',
    (text) => ({ detail: { error: text, message: text, backend_class: text, health_error: text } }),
    (json) => reply(json),
  ),
  reads(
    'gateway: headers',
    (text) => [reply('', { location: text, 'retry-after': text, 'x-request-id': text, 'content-type': text }), readRetryAfter(text, 0)],
    'text/html',
    'Mon, 01 ',
  ),
  reads('gateway: metrics', readToolMetrics, 'gateway_tool_a{tool="a"} 1\n', 'a{', 'a{b="', 'a{b="\\', 'a{b="c",', 'a '),
  reads('gateway: metric line', (text) => parseMetrics(`gateway_tool_x{${text}} 1`), 'a="', 'a="b",', 'a'),
  readsJson(
    'gateway: status',
    (text) => ({ admission_control: { [text]: { limit: 1 } }, backend_health: { [text]: { error: text } } }),
    parseGatewayStatus,
    'a.',
  ),
  readsJson('gateway: upstreams', (text) => ({ upstreams: { [text]: { ok: false, error: text } } }), readUpstreams, 'Bearer ', '://a:'),
  readsJson('gateway: models', (text) => ({ data: [{ id: text, owned_by: text }] }), parseGatewayModels),
  reads('gateway: request in its log', parseRequestLine, '{"ts":1795000000,"status":200,"path":"', '{"', '[', '"client":"'),
  readsJson(
    'gateway: names in its log',
    (text) => ({ ts: 1_795_000_000, status: 200, path: text, backend_class: text }),
    (document) => parseRequestLine(JSON.stringify(document)),
    '/',
    'Bearer ',
  ),
  reads('gateway: certificate file', (text) => readAuthority(text), '-----BEGIN CERTIFICATE-----', '-----BEGIN CERTIFICATE-----\nA'),

  reads('backend: error body', messageOf, '<title>', '<title'),
  readsJson('backend: error detail', (text) => ({ detail: [{ loc: ['body', ...text.slice(0, 4096)], msg: text }] }), messageOf),
  readsValue('backend: time', (text) => text, utcOf, '2026-05-04 14:06:31.'),
  readsValue(
    'backend: queue item',
    (text) => ({ item_id: 1, status: text, error_type: text, error_message: text, origin: text, destination: text }),
    readQueueItem,
  ),
  readsValue(
    'backend: event',
    (text) => ({
      item_id: 1,
      status: text,
      message: text,
      image: { dataURL: `data:image/png;base64,${text}` },
      progress_image: { dataURL: text },
    }),
    (value) => readEvent('invocation_progress', value),
    'data:image/png;base64,',
  ),
  readsValue(
    'models: list',
    (text) => ({ models: [{ key: text, name: text, path: text, source: text, base: text, type: text }] }),
    (value) => readModels(value, value),
    'hf_',
    'https://',
  ),
  readsValue(
    'models: downloads',
    (text) => [
      {
        id: 1,
        source: { repo_id: text, access_token: text.slice(0, 8) },
        error: text,
        download_parts: [{ dest: text, source: text, access_token: 'aaaaaaaa' }],
      },
    ],
    readJobs,
    'hf_',
    '?token=',
  ),
  readsValue(
    'models: starters',
    (text) => ({
      starter_models: [{ source: text, name: text, description: text, dependencies: [{ source: text }] }],
      starter_bundles: { [text]: [{ source: text }] },
    }),
    readStarters,
  ),
  readsValue('models: cache', (text) => ({ config: { max_cache_ram_gb: text } }), readCache),
  readsValue('models: source', (text) => ({ repo_id: text, variant: text, subfolder: text }), describeSource, ':', 'hf_'),
  reads('models: df', (text) => [parseDf(`Avail Size Mounted\n${text}`), parseDf(text)], '1 '),

  readsValue(
    'comfyui: system',
    (text) => ({ system: { comfyui_version: text, python_version: text }, devices: [{ name: text, type: text }] }),
    readSystem,
    'cuda:0 ',
    'cuda:0 a : ',
  ),
  readsValue(
    'comfyui: queue',
    (text) => ({ queue_running: [[1, text, { a: { inputs: { text, ckpt_name: text } } }]], queue_pending: [] }),
    readComfyQueue,
  ),
  readsValue('comfyui: checkpoints', (text) => [text, text], readCheckpoints),
  readsJson('comfyui: event', (text) => ({ type: 'progress', data: { prompt_id: text, node: text, value: 1, max: 2 } }), readTextEvent),
  reads(
    'comfyui: preview',
    (text) => readBinaryEvent(Buffer.from(text, 'latin1')).map(({ kind }) => kind),
    '\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0002\u0089',
    '\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0010',
  ),
  readsValue(
    'comfyui: place in the queue',
    (text) => ({
      queue_pending: [
        [1, text],
        [2, text],
      ],
    }),
    (value) => readQueuePosition(value, 'id'),
  ),
  readsValue(
    'comfyui: history',
    (text) => ({
      id: {
        outputs: { save: { images: [{ filename: text }] } },
        status: { messages: [['execution_error', { node_type: text, exception_type: text, exception_message: text }]] },
      },
    }),
    (value) => readHistory(value, 'id', 'save'),
  ),
  readsValue(
    'comfyui: refusal',
    (text) => ({
      error: { message: text, details: text },
      node_errors: { a: { class_type: text, errors: [{ message: text, details: text }] } },
    }),
    readRefusal,
  ),
  readsValue(
    'comfyui: choices',
    (text) => ({ KSampler: { input: { required: { sampler_name: [[text, text]] } } } }),
    (value) => readChoices(value, 'KSampler', 'sampler_name'),
  ),
  readsValue('comfyui: folders', (text) => ({ checkpoints: [`/${text}`] }), readFolder),
  reads('comfyui: folder', folderOfUnit, 'WorkingDirectory=', 'WorkingDirectory=/', '\nWorkingDirectory='),
  reads('comfyui: downloads', (text) => readDownloads(text, '/models'), 'name=a\n', `name=a\n${RECORD}\n`, 'said='),
  reads('comfyui: remote file', readRemoteFile, 'a: ', 'HTTP/1.1 ', 'x-linked-etag: W/"', 'content-type: '),
  reads('models: reply by the host', readHostReply, `HTTP/2 200 \r\na: ${RECORD}\n`, `${RECORD}\n${RECORD}\n6\n`, 'a: '),
  readsJson(
    'models: search of Hugging Face',
    (text) => [{ id: 'a/b', tags: [text, `base_model:${text}`, `diffusers:${text}`], pipeline_tag: text, lastModified: text }],
    readHubModels,
    'license:',
  ),
  readsJson(
    'models: page of Hugging Face',
    (text) => ({ id: 'a/b', cardData: { license: text, license_name: text }, tags: [text], siblings: [{ rfilename: text }] }),
    (json) => [readHubExtras(json), readOffers('a/b', 'https://huggingface.co', readSiblings(json))],
    'model-00001-of-',
  ),
  readsJson(
    'models: tree of Hugging Face',
    (text) => [{ type: 'file', path: text, size: 1 }],
    (json) => readOffers('a/b', 'https://huggingface.co', readTree(json)),
  ),
  readsJson(
    'images: answer',
    (text) => ({ data: [{ url: `/${text}` }], model: text, shim: { notes: [text], scheduler: text } }),
    (json) => readOpenAiAnswer(json, 4),
  ),
  readsJson(
    'images: answer with an address',
    (text) => ({ data: [{ url: text }] }),
    (json) => readOpenAiAnswer(json, 4),
    'data:a/b',
    'data:',
    'http://',
  ),
  reads(
    'images: record in a PNG',
    (text) => readRecord(Buffer.from(`\u0089PNG\r\n\u001a\n${text}`, 'latin1')),
    '\u0000\u0000\u0000\u0000iTXt\u0000\u0000\u0000\u0000',
    'iTXt',
  ),
  reads(
    'images: parameters of A1111',
    (text) => readA1111(`${text}\nSteps: 1, ${text}`),
    'Negative prompt:',
    'a: "',
    'a: ',
    '<lora:',
    '\n',
  ),
  reads('images: command of Dream', readDream, '"', '"a" -s ', '"['),
  reads('images: parameters that are no JSON', readFooocus, '{"', 'NaN', '{"a":"\\'),
  readsJson('images: metadata of InvokeAI', (text) => ({ positive_prompt: text, model: text, scheduler: text }), readInvokeAi),
  readsJson(
    'images: graph of ComfyUI',
    (text) => ({ 1: { class_type: 'KSampler', inputs: { positive: ['2', 0] } }, 2: { class_type: text, inputs: { text } } }),
    readComfyUi,
  ),
  readsJson(
    'images: workflow of ComfyUI',
    (text) => ({
      nodes: [{ id: text, type: 'KSampler', inputs: [{ name: text, link: 1 }], widgets_values: [text] }],
      links: [[1, text, 0]],
    }),
    graphOfWorkflow,
  ),
  reads(
    'images: EXIF of a JPEG',
    (text) => readExifTexts(Buffer.from(`\u00ff\u00d8\u00ff${text}`, 'latin1'))?.length,
    '\u00e1\u0000\u0010Exif\u0000\u0000MM\u0000*\u0000\u0000\u0000\u0008\u00ff\u00ff',
    '\u00fe\u0000\u0004{{',
    '\u00ff\u00e0\u0000\u0002',
  ),
  reads(
    'images: EXIF of a WebP',
    (text) => readExifTexts(Buffer.from(`RIFF\u0000\u0000\u0000\u0000WEBP${text}`, 'latin1'))?.length,
    'EXIF\u0000\u00ff\u0000\u0000II*\u0000\u0008\u0000\u0000\u0000\u00ff\u00ff',
    'VP8 \u0000\u0000\u0000\u0000',
  ),
  reads(
    'images: directories of EXIF that name the same bytes again',
    (text) =>
      readExifTexts(
        Buffer.from(
          `RIFF\u0000\u0000\u0000\u0000WEBPEXIF\u00ff\u00ff\u00ff\u007fMM\u0000*\u0000\u0000\u0000\u0008\u0002\u0000${text}`,
          'latin1',
        ),
      )?.length,
    '\u0087i\u0000\u0004\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0008',
    '\u0092\u0086\u0000\u0007\u0000\u0004\u0000\u0000\u0000\u0000\u0000\u0008',
  ),

  reads('cause: log lines', (text) => parseLogLines(text.split('\n'), 0), '1795000000.1 h p: ', '1', ' '),
  reads('cause: requests of the gateway', (text) => parseRequestLines(text.split('\n'), 0), '{"ts":1,"path":"', '['),
  reads('cause: a backend in YAML', (text) => backendBlock(` gpu_heavy:\n${text}`, 'gpu_heavy'), '\n  a', ' '),

  reads('report: change of a unit', readChange, '{"MESSAGE":"', '[', ' '),
  reads('report: boot', readBoot, '  0 ', 'a', ' UTC', '2026-01-01 00:00:00'),
  reads('report: command of sudo', readCommand, '1795000000.1 h sudo: u : ', ' ', 'COMMAND='),
  reads('report: request in the log', readLoggedRequest, '1795000000.1 200 ', '1', '-'),
  readsLines(
    'report: text without secrets',
    (lines) =>
      cleanDocument({
        title: lines[0] ?? '',
        facts: [],
        sections: [{ id: 'a', title: 'a', blocks: [{ kind: 'code', title: lines[0] ?? '', lines }] }],
      }),
    'TOKENS=',
    'token',
    '_header authorization ',
    '"',
  ),

  reads('probes: readiness of the shim', (body) => readReadiness({ status: 503, body }), '{"detail":"', '{"links":[', '['),
  reads('window: GPU name', shortGpuName, 'NVIDIA ', ' Generation'),
  reads('window: search in a log line', (text) => SEARCH.kind === 'ready' && SEARCH.matches(text), 'err'),

  reads(
    'playground: prompt with alternatives',
    (text) => resolvePrompt(text, 1, { a: ['{b|__a__}', text.slice(0, 200)] }),
    '{a|',
    '__a__',
    '{',
    '{|',
    '\\',
    '__',
  ),
  reads('playground: values of a sweep', (text) => valuesFrom('steps', text), '1-', '1,', '1-9:'),

  reads('shim: error body', shimWordsOf, '<', '{"detail":'),
  readsValue(
    'shim: request',
    (text) => ({ prompt: text, size: text, model: text }),
    (value) => readImageRequest(value),
    '1x',
    '1 x',
  ),
  readsValue(
    'shim: times',
    (text) => ({ started_at: text, created_at: text }),
    (value) => queueMsOf(Object(value)),
    '2026-01-01 ',
  ),
];
