import { SUDOERS_PATH } from '../../../../shared/host-scripts/sudoers.ts';
import { UnitName } from '../../../../shared/identifiers.ts';
import { readUserRequest } from '../engine/answers.ts';
import { isReadable } from '../engine/reader.ts';
import type { Guard, Step } from '../engine/resources.ts';
import { explainSudoers, isPlainUserName, sudoersText } from '../files/sudoers.ts';
import type { Recipe } from '../recipe.ts';
import { switchParameter } from './parameters.ts';
import { requireStep } from './require.ts';

const GUARD: Guard = { id: 'sudo-rule', seconds: 120, units: [] };
/** As long as a value may be (contract of setup). */
const MAX_UNITS_CHARS = 4_000;
const JOURNAL_GROUP = 'systemd-journal';
const wordsOf = (text: string): readonly string[] => text.trim().split(/ +/);

export const LEAST_PRIVILEGE: Recipe = {
  id: 'least-privilege',
  title: 'Least privilege',
  summary: 'Your login may start and stop exactly the listed services without a password, and read the logs.',
  group: 'first-setup',
  presence: `file ${SUDOERS_PATH} 0`,
  parameters: [
    {
      key: 'units',
      kind: 'text',
      label: 'Services',
      help: 'Services that may be started and stopped without a password, separated by blanks.',
      initial: 'invokeai.service invokeai-openai-images-shim.service nginx.service',
      check: (value) => {
        if (value.length > MAX_UNITS_CHARS) return `Use at most ${MAX_UNITS_CHARS} characters.`;
        return wordsOf(value).every((name) => UnitName.safeParse(name).success)
          ? null
          : 'Use names of services that end in .service, separated by blanks.';
      },
    },
    switchParameter({ key: 'journal', label: 'Read logs', help: `Adds your login to the group ${JOURNAL_GROUP}.`, initial: 'yes' }),
  ],
  guards: [GUARD],
  reads: () => ['sudo'],
  steps: ({ values, facts: { login }, answers }): readonly Step[] => {
    const units = wordsOf(values['units'] ?? '').filter((name) => UnitName.safeParse(name).success);
    const [uid = '', version = ''] = answers.get('sudo')?.lines ?? [];
    const user = login === null ? null : inRule(login, uid);
    if (login === null || user === null || units.length === 0) {
      const reason = login === 'root' ? 'You sign in as root, who needs no rule.' : 'The login or the services are unknown.';
      const remedy = 'Sign in as a named user, and list the services.';
      return [requireStep('login', 'A login that is not root', login === 'root', reason, remedy)];
    }
    const readsLogs = values['journal'] === 'yes';
    const canJoin = isReadable(readUserRequest(login));
    return [
      {
        id: 'rule',
        title: 'Sudo rule for the listed services',
        needs: [],
        guard: GUARD.id,
        about: [
          ...explainSudoers(login, units),
          ...(readsLogs && !canJoin ? [`Add ${login} to the group ${JOURNAL_GROUP} yourself: Setup cannot look up this name.`] : []),
        ],
        resource: {
          kind: 'file',
          path: SUDOERS_PATH,
          owner: 'root',
          group: 'root',
          mode: '440',
          check: 'visudo',
          content: { kind: 'text', text: sudoersText(user, units, version.startsWith('sudo-rs') ? 'sudo-rs' : 'sudo') },
        },
      },
      ...(readsLogs && canJoin
        ? [
            {
              id: 'journal',
              title: `${login} reads the logs of all services`,
              needs: [],
              resource: { kind: 'member', user: login, group: JOURNAL_GROUP } as const,
            },
          ]
        : []),
    ];
  },
};

/** A login as a rule names it; null for root and where only an ID could name it and none is known. */
function inRule(login: string, uid: string): string | null {
  if (login === 'root' || login === '') return null;
  if (isPlainUserName(login)) return login;
  return /^[1-9]\d{0,9}$/.test(uid) ? `#${uid}` : null;
}
