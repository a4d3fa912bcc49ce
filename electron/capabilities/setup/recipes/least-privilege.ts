import { SUDOERS_PATH } from '../../../../shared/host-scripts/sudoers.ts';
import { UnitName } from '../../../../shared/identifiers.ts';
import { isPlainUserName, sudoersText } from '../../services/sudoers.ts';
import type { Guard, Step } from '../engine/resources.ts';
import type { Recipe } from '../recipe.ts';
import { switchParameter } from './parameters.ts';

const GUARD: Guard = { id: 'sudo-rule', seconds: 120, units: [] };
const MAX_UNITS_CHARS = 2_000;
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
      check: (value) =>
        value.length <= MAX_UNITS_CHARS && wordsOf(value).every((name) => UnitName.safeParse(name).success)
          ? null
          : 'Use names of services that end in .service, separated by blanks.',
    },
    switchParameter({ key: 'journal', label: 'Read logs', help: 'Adds your login to the group systemd-journal.', initial: 'yes' }),
  ],
  guards: [GUARD],
  reads: () => ['sudo'],
  steps: ({ values, facts, answers }): readonly Step[] => {
    const units = wordsOf(values['units'] ?? '').filter((name) => UnitName.safeParse(name).success);
    const login = facts.login;
    if (login === null || login === 'root' || units.length === 0) {
      const reason = login === 'root' ? 'You sign in as root, who needs no rule.' : 'The login or the services are unknown.';
      return [
        {
          id: 'login',
          title: 'A login that is not root',
          needs: [],
          resource: {
            kind: 'require',
            holds: login === 'root',
            reason,
            remedy: 'Sign in as a named user, and list the services.',
            isFatal: true,
          },
        },
      ];
    }
    const [uid = '', version = ''] = answers.get('sudo')?.lines ?? [];
    const user = isPlainUserName(login) ? login : `#${uid}`;
    return [
      {
        id: 'rule',
        title: 'Sudo rule for the listed services',
        needs: [],
        guard: GUARD.id,
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
      ...(values['journal'] === 'yes'
        ? [
            {
              id: 'journal',
              title: `${login} reads the logs of all services`,
              needs: [],
              resource: { kind: 'member', user: login, group: 'systemd-journal' } as const,
            },
          ]
        : []),
    ];
  },
};
