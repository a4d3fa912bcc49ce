import type {
  SetupChange,
  SetupParameter,
  SetupPlan,
  SetupRecipe,
  SetupRun,
  SetupState,
  SetupStep,
} from '../../shared/capabilities/setup/contract.ts';
import type { PanelError } from '../../shared/errors.ts';
import type { Panel } from './panel.ts';

/** States of Setup that no lab can be brought into at will: each kind of step, of parameter and of ending at once. */
const AT = Date.now() - 120_000;

const parameter = (key: string, label: string, kind: SetupParameter['kind'], value: string): SetupParameter => ({
  key,
  label,
  help: `${label} of this recipe.`,
  kind,
  value,
  hasSecret: kind === 'secret',
  initial: value,
  choices: kind === 'choice' ? [{ value, label: 'Automatic' }] : [],
});

const PARAMETERS: readonly SetupParameter[] = [
  parameter('root', 'Folder', 'text', '/var/lib/invokeai'),
  parameter('port', 'Port', 'number', '9090'),
  parameter('device', 'Device', 'choice', 'gpu'),
  parameter('multiuser', 'Multi-user', 'switch', 'no'),
  parameter('adminPassword', "Administrator's password", 'secret', ''),
];

type Standing = NonNullable<SetupRecipe['standing']>;

function recipe(id: string, title: string, group: SetupRecipe['group'], state: Standing['state'] | null): SetupRecipe {
  const reason = { blocked: 'Port 7860 is in use by invokeai-web (pid 2211).', elsewhere: 'Only InvokeAI is installed.' };
  return {
    id,
    title,
    summary: `${title} as a service of this host, with its files in /var/lib/${id}.`,
    group,
    parameters: [...PARAMETERS],
    standing:
      state === null
        ? null
        : {
            state,
            changes: state === 'up-to-date' ? 0 : 3,
            reason: state === 'blocked' || state === 'elsewhere' ? reason[state] : null,
            takenAt: AT,
          },
  };
}

export const STATE: SetupState = {
  recipes: [
    recipe('least-privilege', 'Least privilege', 'first-setup', 'up-to-date'),
    recipe('invokeai', 'InvokeAI', 'first-setup', 'changes'),
    recipe('images-shim', 'Images shim', 'first-setup', 'not-installed'),
    recipe('nginx', 'nginx', 'first-setup', 'blocked'),
    recipe('comfyui', 'ComfyUI', 'option', 'unknown'),
    recipe('gateway', 'Gateway', 'option', null),
    recipe('switch', 'Switch of the backend', 'maintenance', 'elsewhere'),
    recipe('uninstall', 'Uninstall', 'maintenance', 'changes'),
  ],
  run: null,
  error: null,
  reportSavedAt: null,
};

function step(id: string, title: string, state: SetupStep['state'], changes: SetupChange[], more: Partial<SetupStep> = {}): SetupStep {
  const none = { downloadBytes: null, note: null, about: [], remedy: null, guardSeconds: null };
  return { id: `invokeai/${id}`, recipe: 'invokeai', title, state, changes, ...none, ...more };
}

const file = (path: string, lines: number | null): SetupChange => ({
  kind: 'file',
  path,
  isNew: lines === null,
  diff:
    lines === null
      ? null
      : Array.from({ length: lines }, (_, i) => ({
          mark: i === 0 ? '@' : i % 3 === 0 ? '-' : i % 3 === 1 ? '+' : ' ',
          text: `Environment=VARIABLE_${i}=/var/lib/invokeai/a/folder/with/a/name/that/is/longer/than/a/narrow/window`,
        })),
  attributes: 'root:root 644',
});

const RULE_TEXT = 'Cmnd_Alias ADA_PANEL = /usr/bin/systemctl restart nginx.service\noperator ALL=(root) NOPASSWD: ADA_PANEL\n';
const DONE_STEPS = Array.from({ length: 12 }, (_, i) => step(`package-${i}`, `Debian package ${i}`, 'ok', []));

export const PLAN: SetupPlan = {
  id: 'plan',
  recipes: ['least-privilege', 'invokeai'],
  title: 'Least privilege, InvokeAI',
  steps: [
    step('user', 'System user invokeai', 'change', [
      { kind: 'command', command: 'useradd --system --home-dir /var/lib/invokeai invokeai' },
    ]),
    step(
      'environment',
      'Python environment',
      'change',
      [{ kind: 'long', command: "uv pip install 'invokeai==6.14.2'", unit: 'ada-panel-setup-environment.service' }],
      { downloadBytes: 3_400_000_000, note: 'torch 2.7.1+cu128' },
    ),
    step('unit', 'Unit invokeai.service', 'change', [file('/etc/systemd/system/invokeai.service', 60)], { guardSeconds: 120 }),
    step('secret', 'Settings of the shim', 'change', [file('/etc/ada-images-shim/shim.env', null)]),
    step('site', 'No default site', 'change', [{ kind: 'remove', path: '/etc/nginx/sites-enabled/default' }]),
    step('answer', 'InvokeAI responds', 'change', [{ kind: 'wait', url: 'http://127.0.0.1:9090/api/v1/app/version', withinS: 300 }]),
    step('driver', 'GPU driver', 'blocked', [], {
      note: 'The driver 470.1 is too old for torch 2.7.',
      remedy: 'Install driver 570 or newer.',
    }),
    step(
      'rule',
      'Sudo rule',
      'unknown',
      [{ kind: 'wanted', path: '/etc/sudoers.d/ada-panel', text: RULE_TEXT, attributes: 'root:root 440' }],
      { about: ['Allows nothing else: every command is written in full, without wildcards, so no other service or option matches.'] },
    ),
    ...DONE_STEPS,
  ],
  findings: [
    {
      id: 'port-clash',
      severity: 'bad',
      title: 'InvokeAI and nginx use the same port',
      evidence: ['nginx: listen 7860;', 'invokeai.yaml: port: 7860'],
      remedy: 'InvokeAI moves to 9090.',
      recipe: 'invokeai',
    },
    { id: 'host', severity: 'warning', title: 'The unit passes --host', evidence: [], remedy: 'Remove the option.', recipe: null },
  ],
  changes: 6,
  restarts: ['invokeai.service', 'nginx.service'],
  downloadBytes: 3_400_000_000,
  hostCommands: 2,
  elapsedMs: 412,
  takenAt: AT,
  canApply: false,
  asRoot: false,
  locked: null,
};

/** How a setup of another panel holds the host. */
export const LOCKED: PanelError = {
  code: 'setup-locked',
  layer: 'host',
  message: 'Another setup runs on this host: anna on laptop since 2026-11-27 14:58 UTC: InvokeAI.',
  hint: 'Last active 12 s ago. Wait until it ends, or take over if its panel is gone.',
  retryable: true,
  facts: { token: 'x', holder: 'anna on laptop' },
};

/** The same plan with sudo, and nothing in its way. */
export const READY_PLAN: SetupPlan = {
  ...PLAN,
  steps: PLAN.steps.filter(({ state }) => state === 'change' || state === 'ok'),
  findings: [],
  canApply: true,
  asRoot: true,
};

export const CLEAN_PLAN: SetupPlan = { ...READY_PLAN, steps: DONE_STEPS, changes: 0, restarts: [], downloadBytes: null, canApply: false };

const FAILURE: PanelError = {
  code: 'setup-no-answer',
  layer: 'backend',
  message: 'http://127.0.0.1:9090/api/v1/app/version did not respond within 300 s: connection refused',
  hint: 'Review the log lines, fix the cause, then resume.',
  retryable: true,
};

/** A run that is at its third step, or has ended there. */
export function runOf(state: SetupRun['state'], error: PanelError = FAILURE): SetupRun {
  const isEnded = state === 'done' || state === 'failed' || state === 'cancelled';
  const stateOf = (index: number): SetupRun['steps'][number]['state'] =>
    state === 'done' || index < 2 ? 'done' : index > 2 ? 'pending' : state === 'failed' ? 'failed' : 'running';
  return {
    id: 'run',
    title: 'Least privilege, InvokeAI',
    recipes: ['least-privilege', 'invokeai'],
    state,
    steps: READY_PLAN.steps.slice(0, 6).map(({ id, title }, index) => ({
      id,
      title,
      state: stateOf(index),
      startedAt: stateOf(index) === 'pending' ? null : AT,
      elapsedMs: stateOf(index) === 'done' ? 7_000 * (index + 1) : null,
    })),
    startedAt: AT,
    endedAt: isEnded ? AT + 90_000 : null,
    error: state === 'failed' ? error : null,
    output: Array.from({ length: 200 }, (_, i) => `Downloading torch-2.7.1+cu128-cp312-manylinux_2_28_x86_64.whl, part ${i} of 200`),
  };
}

/** The main process answers the calls of Setup on the lab with this state and this plan, or the plan's error, until the panel ends. */
export async function answerSetup(panel: Panel, state: SetupState, plan: SetupPlan | PanelError = PLAN): Promise<void> {
  const answers = {
    'setup.state': { ok: true, value: state },
    'setup.refresh': { ok: true, value: state },
    'setup.plan': 'code' in plan ? { ok: false, error: plan } : { ok: true, value: plan },
    'setup.report': { ok: true, value: '# Report' },
  };
  await panel.app.evaluate(
    ({ ipcMain, BrowserWindow }, given) => {
      for (const [name, answer] of Object.entries(given.answers)) {
        ipcMain.removeHandler(name);
        ipcMain.handle(name, () => answer);
      }
      BrowserWindow.getAllWindows()[0]?.webContents.send('setup.changed', { hostId: 'lab', value: given.state });
    },
    { answers, state },
  );
}
