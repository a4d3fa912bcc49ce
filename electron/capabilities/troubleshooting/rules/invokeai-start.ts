import type { SymptomId } from '../../../../shared/capabilities/troubleshooting/symptoms.ts';
import { need } from '../evidence.ts';
import {
  addressOf,
  byHand,
  byRecipe,
  byService,
  certain,
  linesWith,
  logRule,
  onPage,
  ownerOf,
  proofLines,
  proofOf,
  type Rule,
  ruledOut,
  runningFact,
} from '../rule.ts';
import { DOWN, lastLines, READY, UNIT, unitRule } from './invokeai-facts.ts';

/** systemd's exit statuses for what it could not do before the program runs (systemd.exec(5)). */
const SETUP_EXITS: Readonly<Record<number, readonly [cause: string, fix: string]>> = {
  200: ['The working folder of InvokeAI’s unit does not exist or may not be entered.', 'Set up InvokeAI again, which makes its folders.'],
  203: [
    'The program that InvokeAI’s unit starts does not exist or may not be run.',
    'Set up InvokeAI again, which installs its environment.',
  ],
  216: ['The group of InvokeAI’s unit does not exist.', 'Set up InvokeAI again, which makes its user.'],
  217: ['The user of InvokeAI’s unit does not exist.', 'Set up InvokeAI again, which makes its user.'],
  226: ['A folder that InvokeAI’s unit needs does not exist.', 'Set up InvokeAI again, which makes its folders.'],
};

const startFailure = (
  id: string,
  title: string,
  words: readonly string[],
  cause: (text: string) => string,
  fix: ReturnType<typeof byHand>,
  more: readonly SymptomId[] = [],
): Rule =>
  logRule({
    id,
    title,
    symptoms: [...DOWN, ...more],
    depth: 'installation',
    log: 'invokeai',
    onlyWhileDown: true,
    words,
    cause: ({ text }) => cause(text),
    fix: () => fix,
  });

const quoted = (text: string, after: string): string => text.slice(Math.max(0, text.indexOf(after))).slice(0, 200);
/** What can keep InvokeAI from starting. */
export const INVOKEAI_START_RULES: readonly Rule[] = [
  unitRule(
    'invokeai-not-installed',
    'InvokeAI not installed as a service',
    (evidence) => {
      const unit = need(evidence.units.invokeai);
      if (unit.loadState !== 'not-found') return ruledOut(`systemd knows ${unit.name}`);
      const running = runningFact(evidence);
      if (running !== null) return ruledOut(`${running}, without a unit of that name`);
      return certain(`The host has no ${UNIT}.`, {
        proof: [proofOf('systemd', `${UNIT}: LoadState=not-found`)],
        fix: byRecipe('invokeai', 'Set up InvokeAI.'),
      });
    },
    DOWN,
    'installation',
  ),
  unitRule(
    'invokeai-masked',
    'InvokeAI masked',
    (evidence) => {
      const unit = need(evidence.units.invokeai);
      if (unit.loadState !== 'masked') return ruledOut(`${unit.name} is not masked`);
      return certain(`${UNIT} is masked, so nothing can start it.`, {
        proof: [proofOf('systemd', `${UNIT}: LoadState=masked`)],
        fix: byHand(`Run “sudo systemctl unmask ${UNIT}”, then start it.`),
      });
    },
    DOWN,
    'installation',
  ),
  unitRule(
    'invokeai-cannot-be-executed',
    'Unit cannot run its program',
    (evidence) => {
      const unit = need(evidence.units.invokeai);
      const known = unit.exitStatus === null ? undefined : SETUP_EXITS[unit.exitStatus];
      if (known === undefined || unit.activeState === 'active')
        return ruledOut(`the last exit status of ${unit.name} is ${unit.exitStatus ?? 'unknown'}`);
      return certain(known[0], {
        at: unit.changedAt,
        proof: [proofOf('systemd', `${UNIT}: ExecMainStatus=${unit.exitStatus ?? ''}`, unit.changedAt), ...lastLines(evidence, 3)],
        fix: byRecipe('invokeai', known[1]),
      });
    },
    DOWN,
    'installation',
  ),
  startFailure(
    'invokeai-unknown-argument',
    'Argument that InvokeAI does not know',
    ['error: unrecognized arguments:'],
    (text) => `InvokeAI is started with an argument that it does not know: ${quoted(text, 'unrecognized arguments:').slice(24)}.`,
    byRecipe('invokeai', 'Set up InvokeAI again: since version 4 host and port are set in invokeai.yaml, not on the command line.'),
  ),
  startFailure(
    'invokeai-settings-broken',
    'invokeai.yaml broken',
    [
      'Failed to load config file',
      'Failed to load and migrate v3 config file',
      "KeyError: 'schema_version'",
      'Extra inputs are not permitted',
      'yaml.scanner.ScannerError',
      'yaml.parser.ParserError',
    ],
    () => 'InvokeAI cannot read its settings: invokeai.yaml is damaged or has keys that this version does not know.',
    byRecipe('invokeai', 'Set up InvokeAI again, which shows the differences of invokeai.yaml before it writes it.'),
  ),
  startFailure(
    'invokeai-database-newer',
    'Database newer than InvokeAI',
    ['unknown applied migration IDs', 'MigrationError'],
    () => 'The database of InvokeAI was made by a newer version, or its update failed.',
    byHand('Install the newer version again, or restore the database from its backup in the folder databases.'),
  ),
  startFailure(
    'invokeai-port-taken',
    'Port 9090 taken',
    ['error while attempting to bind on address', 'Address already in use'],
    () => 'Another program listens on InvokeAI’s port.',
    byHand('End the program on port 9090 (Cockpit and Prometheus use it too), or set another port in invokeai.yaml.'),
  ),
  {
    id: 'invokeai-port-moved',
    title: 'InvokeAI on another port',
    symptoms: DOWN,
    depth: 'installation',
    test: (evidence) => {
      const running = runningFact(evidence);
      if (running !== null) return ruledOut(running);
      const lines = need(evidence.logs.invokeai);
      const ready = linesWith(lines, [READY]).at(-1);
      const moved = linesWith(lines, ['is already in use. Using port ', 'in use, using port']).at(-1);
      const port = /on https?:\/\/[^\s:]{1,100}:(\d{1,5})/.exec(ready?.text.slice(0, 500) ?? '')?.[1];
      if (port === undefined || port === '9090') return ruledOut('InvokeAI did not report another port than 9090');
      return certain(
        `InvokeAI listens on port ${port} instead of 9090${moved === undefined ? '' : ', since 9090 was in use when it started'}.`,
        {
          at: ready?.at ?? null,
          proof: proofLines(
            'invokeai',
            [moved, ready].filter((line) => line !== undefined),
          ),
          fix: byService('restart', UNIT, 'End the program on port 9090, then restart InvokeAI; or set its port in Settings.'),
        },
      );
    },
  },
  {
    id: 'foreign-program-on-9090',
    title: 'Another program on port 9090',
    symptoms: DOWN,
    depth: 'installation',
    test: (evidence) => {
      const listener = need(evidence.listeners).find(({ port }) => port === 9090);
      const reply = need(evidence.probes.invokeai);
      if (listener === undefined) return ruledOut('nothing listens on port 9090');
      if (reply.kind === 'reply' && reply.status === 200 && reply.body.includes('version')) return ruledOut('InvokeAI responds on 9090');
      // Its control group tells more of a socket than the name of a program, which only root and its owner see.
      const isForeign =
        listener.unit === null ? listener.process !== null && !/python|invoke|node/i.test(listener.process) : listener.unit !== UNIT;
      const isPage = reply.kind === 'reply' && (reply.status === 404 || reply.isPage);
      if (!isForeign && (listener.unit === UNIT || !isPage)) return ruledOut(`port 9090 belongs to ${ownerOf(listener)}`);
      return certain(`Port 9090 belongs to another program than InvokeAI: ${ownerOf(listener)}.`, {
        proof: [
          proofOf('ss', `${addressOf(listener)} ${ownerOf(listener)}`),
          reply.kind === 'reply' ? proofOf('GET :9090/api/v1/app/version', `status ${reply.status}`) : null,
        ],
        fix: byHand('Move the other program to another port (Cockpit and Prometheus use 9090 too), then start InvokeAI.'),
      });
    },
  },
  startFailure(
    'invokeai-no-cuda',
    'InvokeAI finds no CUDA',
    [
      'Found no NVIDIA driver on your system',
      'The NVIDIA driver on your system is too old',
      'CUDA unknown error',
      'no CUDA device is available',
      'no CUDA devices are available',
      'No CUDA GPUs are available',
      'no kernel image is available for execution on the device',
    ],
    (text) => `PyTorch cannot use the GPU: ${quoted(text, text).slice(0, 160)}`,
    byRecipe('invokeai', 'Check the driver on the GPU page; if it works, set up InvokeAI again with the PyTorch build for this driver.'),
    ['gpu-lost'],
  ),
  startFailure(
    'invokeai-permission',
    'InvokeAI may not read or write a file',
    ['PermissionError: [Errno 13]', 'Permission denied', 'Read-only file system'],
    (text) => `InvokeAI may not read or write a file: ${quoted(text, "'").slice(0, 160)}`,
    byRecipe('invokeai', 'Set up InvokeAI again, which gives its folders to its user.'),
  ),
  startFailure(
    'invokeai-import-fails',
    'Python environment of InvokeAI broken',
    ['ModuleNotFoundError: ', 'ImportError: ', 'undefined symbol: '],
    (text) => `The Python environment of InvokeAI is broken: ${quoted(text, 'Error: ').slice(7, 160)}`,
    byRecipe('invokeai', 'Set up InvokeAI again, which installs its packages anew.'),
  ),
  startFailure(
    'invokeai-start-failed',
    'InvokeAI ended during its start',
    ['Application startup failed. Exiting.'],
    () => 'InvokeAI ended during its start.',
    onPage('logs', 'Read the lines before it in the log.', UNIT),
  ),
];
