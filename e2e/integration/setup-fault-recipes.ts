import { createAdministrator } from '../../electron/capabilities/setup/api/invokeai.ts';
import { onPort } from '../../electron/capabilities/setup/api/operation.ts';
import type { FileContent, Guard, Resource, Step } from '../../electron/capabilities/setup/engine/resources.ts';
import type { Recipe } from '../../electron/capabilities/setup/recipe.ts';

export const step = (id: string, resource: Resource, more: Partial<Step> = {}): Step => ({ id, title: id, needs: [], resource, ...more });

export const recipeOf = (steps: readonly Step[], guards: readonly Guard[] = [], id = 'tried'): Recipe => ({
  id,
  title: 'Tried',
  summary: '',
  parameters: [],
  presence: 'file /etc/hostname 0',
  guards,
  steps: () => steps,
});

const ofRoot = { owner: 'root', group: 'root', mode: '644' } as const;
export const rootFile = (
  path: string,
  content: FileContent | string,
  more: Partial<Extract<Resource, { kind: 'file' }>> = {},
): Resource => ({
  kind: 'file',
  path,
  ...ofRoot,
  content: typeof content === 'string' ? { kind: 'text', text: content } : content,
  ...more,
});

const HOME = '/var/lib/tried';
const UNIT_FILE = '/etc/systemd/system/tried.service';
const SERVER_FILE = `${HOME}/server.py`;
export const PORT = 8099;
export const PASSWORD = 'Marker-of-the-administrator-1';
/** A program with the sign-up of a multi-user InvokeAI; it notes who signed up. */
const SERVER = `import http.server, json, os, sys
NOTE = "${HOME}/administrator"
class Handler(http.server.BaseHTTPRequestHandler):
    def reply(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())
    def do_GET(self):
        self.reply(200, {"multiuser_enabled": True, "setup_required": not os.path.exists(NOTE)})
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with open(NOTE, "w") as file: file.write(body["email"])
        self.reply(200, {"success": True})
    def log_message(self, *words): pass
http.server.HTTPServer(("127.0.0.1", ${PORT}), Handler).serve_forever()
`;
const GUARD: Guard = { id: 'tried', seconds: 300, units: [{ name: 'tried.service', verb: 'restart' }] };
const addLine = (line: string): FileContent => ({
  kind: 'edit',
  about: line,
  edit: (present) => ((present ?? '').split('\n').includes(line) ? (present ?? '') : `${present ?? ''}${line}\n`),
});

/** A step of every kind that takes no download. */
export const EVERY_KIND: Recipe = recipeOf(
  [
    step('fits', { kind: 'require', holds: true, reason: '', remedy: '', isFatal: true, metBy: [] }),
    step('old-service', { kind: 'user-absent', name: 'oldservice' }),
    step('user', { kind: 'user', name: 'tried', home: HOME, shell: '/usr/sbin/nologin' }),
    step('member', { kind: 'member', user: 'tried', group: 'systemd-journal' }),
    step('no-games', { kind: 'member-absent', user: 'panel', group: 'games' }),
    step('home', { kind: 'folder', path: HOME, owner: 'tried', group: 'tried', mode: '750' }),
    step('settings-folder', { kind: 'folder', path: '/etc/tried', owner: 'root', group: 'tried', mode: '750' }),
    step('settings', rootFile('/etc/tried/settings.conf', addLine('color = blue'), { keepsAttributes: true })),
    step('password', rootFile('/etc/tried/password', { kind: 'secret', text: 'only a hash\n' }, { mode: '600' })),
    step('server-file', rootFile(SERVER_FILE, SERVER, { owner: 'tried', group: 'tried', mode: '640', as: 'tried' })),
    step('link', { kind: 'link', path: '/etc/tried/current', target: 'settings.conf' }),
    step('old-file', { kind: 'absent', path: '/etc/tried-old', by: 'move' }),
    step('trash', { kind: 'absent', path: '/etc/tried-trash', by: 'delete' }),
    step('empty', { kind: 'absent', path: '/etc/tried-empty', by: 'delete-empty' }),
    step(
      'unit-file',
      rootFile(UNIT_FILE, `[Service]\nUser=tried\nExecStart=/usr/bin/python3 ${SERVER_FILE}\n[Install]\nWantedBy=multi-user.target\n`, {
        check: 'unit',
      }),
      { guard: GUARD.id },
    ),
    step(
      'unit',
      {
        kind: 'unit',
        name: 'tried.service',
        isEnabled: true,
        isActive: true,
        reads: [UNIT_FILE, SERVER_FILE],
        onChange: 'restart',
      },
      { guard: GUARD.id },
    ),
    step(
      'answer',
      { kind: 'answer', url: `http://127.0.0.1:${PORT}/`, status: 200, json: true, withinS: 60 },
      { needs: ['unit'], guard: GUARD.id },
    ),
    step(
      'administrator',
      {
        kind: 'api',
        operation: onPort(PORT, createAdministrator({ email: 'anna@example.org', password: () => PASSWORD })),
        downloadBytes: null,
      },
      { needs: ['answer'] },
    ),
  ],
  [GUARD],
);

/** Before {@link EVERY_KIND}: what it edits and removes is there, what it makes is not. */
export const RESET = [
  'systemctl disable -q --now tried.service 2>/dev/null',
  `rm -rf ${HOME} ${UNIT_FILE} /etc/tried /etc/tried-* /var/lib/ada-panel /run/ada-panel-setup.lock`,
  'systemctl daemon-reload; systemctl reset-failed tried.service 2>/dev/null',
  'userdel tried 2>/dev/null; id oldservice >/dev/null 2>&1 || useradd --system oldservice; gpasswd -a panel games >/dev/null',
  'mkdir -p /etc/tried /etc/tried-trash/inner /etc/tried-empty; echo old >/etc/tried-old; echo x >/etc/tried-trash/inner/file',
  'printf "# of another hand\\ncolor = red\\n" >/etc/tried/settings.conf; chmod 604 /etc/tried/settings.conf; true',
].join('\n');

/** Prints all that {@link EVERY_KIND} changes; backups only by how many are too many. */
export const SNAPSHOT = [
  'find /etc/tried* /var/lib/tried /var/lib/ada-panel /run/ada-panel-setup* /etc/sudoers.d -not -name "*.bak" -not -path "/var/lib/ada-panel/removed/*" -printf "%p %y %u:%g %m %l\\n" 2>/dev/null | sort',
  'find /etc/tried /var/lib/tried -type f -not -name "*.bak" -exec sha256sum {} + | sort',
  'find /var/lib/ada-panel/removed -type f -printf "%f\\n" | sort',
  'id -nG tried; id -nG panel; id oldservice 2>&1',
  'systemctl is-enabled tried.service; systemctl is-active tried.service; cat /etc/systemd/system/tried.service; ls /etc/systemd/system',
  'systemctl list-units --all --plain --no-legend "ada-panel*"; systemctl list-timers --all --no-legend "ada-panel*"',
].join('\n');
