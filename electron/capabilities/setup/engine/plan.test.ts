import { expect, it } from 'vitest';
import { RECORD_SEPARATOR } from '../../../../shared/host-scripts/index.ts';
import { parseAnswers } from '../../../foundation/host-reader/answers.ts';
import type { ApiState } from '../api/operation.ts';
import { longStepUnit } from './long-step.ts';
import { actionKeys, findUnshownStep, type Plan, planSteps } from './plan.ts';
import type { Resource } from './resources.ts';

const planOf = (
  resource: Resource,
  o: { readonly host?: readonly string[]; readonly probe?: ApiState; readonly shownKeys?: ReadonlySet<string> } = {},
): Plan =>
  planSteps({
    steps: [{ id: 'tried/step', recipe: 'tried', step: { id: 'step', title: 'Step', needs: [], resource } }],
    guards: [],
    answers: parseAnswers((o.host ?? []).map((record) => `${RECORD_SEPARATOR}${record}\n`).join('')),
    probes: new Map(o.probe === undefined || resource.kind !== 'answer' ? [] : [[resource.url, o.probe]]),
    ...(o.shownKeys === undefined ? {} : { shownKeys: o.shownKeys }),
  });
const verdictOf = ({ steps: [first] }: Plan) => {
  if (first === undefined) throw new Error('there is no step');
  return first.verdict;
};
const keysOf = (plan: Plan) => new Set(actionKeys(verdictOf(plan)));
const longAction = (plan: Plan) => {
  const verdict = verdictOf(plan);
  const action = verdict.state === 'change' ? verdict.actions[0] : undefined;
  if (action?.kind !== 'long') throw new Error('there is no long action');
  return action;
};

const PACKAGES: Resource = { kind: 'packages', names: ['git', 'nginx-light|nginx-core', 'acl'] };
const installed = (...lines: readonly string[]): readonly string[] => [
  ['packages git nginx-light|nginx-core acl ok', ...lines.map((name) => `${name} 1.0 ii `)].join('\n'),
];

it('covers packages of which some are installed by now, and follows the same unit', () => {
  const shown = planOf(PACKAGES, { host: installed() });
  const now = planOf(PACKAGES, { host: installed('git', 'nginx-core') });
  expect(longAction(now).args).toEqual(['acl']);
  expect(findUnshownStep(now, keysOf(shown))).toBeNull();
  expect(longStepUnit(longAction(now))).toBe(longStepUnit(longAction(shown)));
  expect(findUnshownStep(shown, keysOf(now))?.id).toBe('tried/step');
});

const UNIT: Resource = { kind: 'unit', name: 'a.service', isEnabled: true, isActive: true, reads: [], onChange: 'restart' };
const unit = (active: string, reload: string): readonly string[] => [
  `units a.service ok\nId=a.service\nLoadState=loaded\nActiveState=${active}\nUnitFileState=enabled\nNeedDaemonReload=${reload}\n`,
];

it('lets a failed unit be reset and units be read again without having shown it', () => {
  const shown = planOf(UNIT, { host: unit('inactive', 'no') });
  const now = planOf(UNIT, { host: unit('failed', 'yes') });
  expect(keysOf(now).size).toBeGreaterThan(keysOf(shown).size);
  expect(findUnshownStep(now, keysOf(shown))).toBeNull();
  expect(findUnshownStep(now, new Set())?.id).toBe('tried/step');
});

it.each<[string, string, string, boolean]>([
  ['the microsecond', 'Sun 2026-11-22 21:10:35.250000 UTC', '1795381835.240000', false],
  ['the microsecond', 'Sun 2026-11-22 21:10:35.250000 UTC', '1795381835.900000', true],
  ['the second', 'Sun 2026-11-22 21:10:35 UTC', '1795381835.900000', false],
  ['the second', 'Sun 2026-11-22 21:10:35 UTC', '1795381837.000000', true],
  ['no start', '', '1795381837.000000', false],
])('restarts a unit that started before its file changed, reported to %s: %s, %s', (_precision, startedAt, changedS, isRestarted) => {
  const [head = ''] = unit('active', 'no');
  const file = `file /etc/a 0 ok\n644 root root 1 ${changedS} regular file`;
  const plan = planOf({ ...UNIT, reads: ['/etc/a'] }, { host: [`${head}StateChangeTimestamp=${startedAt}\n`, file] });
  expect(verdictOf(plan).state).toBe(isRestarted ? 'change' : 'ok');
});

const ANSWER: Resource = { kind: 'answer', url: 'http://127.0.0.1:1/', status: 200, json: false, withinS: 5 };

it('waits for a service that does not respond where the applied plan waits for it, and is blocked elsewhere', () => {
  const failed: ApiState = { kind: 'failed', reason: 'refused' };
  expect(verdictOf(planOf(ANSWER, { probe: failed })).state).toBe('blocked');
  const shownKeys = keysOf(planOf(ANSWER));
  expect(verdictOf(planOf(ANSWER, { probe: failed, shownKeys })).state).toBe('change');
  expect(verdictOf(planOf(ANSWER, { probe: { kind: 'done' }, shownKeys })).state).toBe('ok');
});
