import { describe, expect, it } from 'vitest';
import { NGINX } from '../../electron/capabilities/setup/recipes/nginx.ts';
import { holdAptLock, mountSmallDisk } from '../host/bare-host.ts';
import { whyNoRealHost } from '../host/image.ts';
import { online, until } from './panel.ts';
import { useFaultHost } from './setup-fault-host.ts';
import { newPanelData, openMortalSetup, savedText } from './setup-fault-panel.ts';
import { EVERY_KIND, PASSWORD, RESET, recipeOf, rootFile, step } from './setup-fault-recipes.ts';

describe.skipIf(whyNoRealHost() !== null)('a setup that is interrupted', () => {
  const { bare, environment, inside, leftovers, mortal, panel } = useFaultHost(['acl', 'nginx-light', 'python3-venv']);

  it('waits on for a service that was starting when the panel ended', async () => {
    const file = '/etc/systemd/system/slow.service';
    const slow = recipeOf([
      step(
        'file',
        rootFile(
          file,
          '[Service]\nExecStart=/bin/sh -c "sleep 4; exec python3 -m http.server 8098 -d /srv"\n[Install]\nWantedBy=multi-user.target\n',
        ),
      ),
      step('unit', { kind: 'unit', name: 'slow.service', isEnabled: true, isActive: true, reads: [file], onChange: 'restart' }),
      step('answer', { kind: 'answer', url: 'http://127.0.0.1:8098/', status: 200, json: false, withinS: 60 }, { needs: ['unit'] }),
    ]);
    const data = newPanelData();
    const first = mortal(slow, data);
    await first.start();
    await until(() => first.setup.state().run?.steps.find(({ id }) => id === 'tried/answer')?.state === 'running', 'the wait');
    first.die();
    const second = mortal(slow, data);
    expect((await second.resume()).error).toBeNull();
    expect(await second.left()).toEqual([]);
  });

  it('says that the disk is full, leaves nothing half-written, and resumes once there is room', async () => {
    const disk = mountSmallDisk(bare().host, '/srv/small', 60_000_000);
    await inside('head -c 40000 /dev/urandom | base64 >/srv/small/present; chmod 640 /srv/small/present');
    const before = await inside('sha256sum /srv/small/present');
    const text = 'x'.repeat(100_000);
    const files = mortal(recipeOf([step('new', rootFile('/srv/small/new', text)), step('present', rootFile('/srv/small/present', text))]));
    disk.fill(8_192);
    expect((await files.apply()).error).toMatchObject({ code: 'setup-disk-full', retryable: true });
    expect(await inside('ls -A /srv/small; sha256sum /srv/small/present')).toBe(`.filler\npresent\n${before}`);
    disk.free();
    // Room for the new file, none for a second one.
    disk.fill(110_000);
    expect((await files.resume()).error).toMatchObject({ code: 'setup-disk-full' });
    expect(await inside('ls -A /srv/small; sha256sum /srv/small/present')).toBe(`.filler\nnew\npresent\n${before}`);
    disk.free();
    expect((await files.resume()).error).toBeNull();
    expect(await files.left()).toEqual([]);

    const long = mortal(recipeOf([step('environment', environment('/srv/small/environment', 'venv', 'torch==2.7.1'))]));
    disk.fill(3_000_000);
    expect((await long.apply()).error).toMatchObject({ code: 'setup-disk-full' });
    expect(await leftovers()).toBe('');
    disk.free();
    expect((await long.resume()).error).toBeNull();
    expect(await long.left()).toEqual([]);
    disk.remove();
  });

  it('waits for apt’s lock with words', async () => {
    await inside('apt-get purge -qq -y acl >/dev/null 2>&1');
    const release = holdAptLock(bare().host);
    const waiting = mortal(recipeOf([step('packages', { kind: 'packages', names: ['acl'] })]));
    await waiting.start();
    const words = () => (waiting.setup.state().run?.output ?? []).find((line) => line.includes('unattended-upgr'));
    expect(await until(words, 'the words')).toMatch(
      /Waiting for cache lock: Could not get lock .* held by process \d+ \(unattended-upgr\)/,
    );
    release();
    expect((await waiting.ended()).error).toBeNull();
    expect(await waiting.left()).toEqual([]);
  });

  const guarded = (seconds: number, words: string) =>
    recipeOf(
      [
        step('file', rootFile('/etc/guarded', words), { guard: 'short' }),
        step('new', rootFile('/etc/guarded-new', words), { guard: 'short' }),
        step(
          'answer',
          { kind: 'answer', url: 'http://127.0.0.1:9/', status: 200, json: false, withinS: 600 },
          { guard: 'short', needs: ['new'] },
        ),
      ],
      [{ id: 'short', seconds, units: [] }],
    );

  it('lets the host put the old state back when nobody confirms, also across a power cut', async () => {
    const { host } = bare();
    await inside('echo old >/etc/guarded; chmod 604 /etc/guarded; setfacl -m u:games:r /etc/guarded');
    const before = await inside('getfacl -p /etc/guarded; cat /etc/guarded');
    const back = () =>
      until(
        async () =>
          (await inside('getfacl -p /etc/guarded; cat /etc/guarded; ls /etc/guarded-new 2>&1 || true')).startsWith(`${before}\nls:`),
        'the old state',
      );
    const written = () => until(async () => (await inside('cat /etc/guarded-new 2>/dev/null || true')) === 'new', 'the new state');
    // The lock that a dead panel leaves is its own.
    const data = newPanelData();
    let from = panel().states.length;
    const noticed = () =>
      until(
        () =>
          panel()
            .states.slice(from)
            .some(({ kind }) => kind !== 'online'),
        'the end of the connection',
      );
    const lost = mortal(guarded(6, 'new'), data);
    await lost.start();
    await written();
    host.linkDown();
    lost.die();
    await back();
    const timers = "systemctl list-timers --all --no-legend 'ada-panel*'; ls /etc/systemd/system | grep ada-panel || true";
    await until(async () => (await inside(timers)) === '', 'the timer removed');
    await noticed();
    host.linkUp();
    panel().connection.retryNow({ byOperator: false });
    await online(panel());

    const cut = mortal(guarded(8, 'new'), data);
    await cut.start();
    await written();
    cut.die();
    from = panel().states.length;
    await host.cutPower();
    await back();
    await noticed();
    panel().connection.retryNow({ byOperator: false });
    await online(panel());
    expect(await inside('systemctl --failed --no-legend')).toBe('');

    const late = mortal(
      recipeOf([step('file', rootFile('/etc/guarded', 'new'), { guard: 'short' })], [{ id: 'short', seconds: 600, units: [] }]),
    );
    expect((await late.apply()).error).toBeNull();
    expect(await inside('cat /etc/guarded; ls -A /var/lib/ada-panel/guards')).toBe('new');
  });

  it('lets the host put the old state back on a disk that is full by then', async () => {
    const disk = mountSmallDisk(bare().host, '/srv/small', 4_000_000);
    await inside('mkdir -p /srv/small/state /var/lib/ada-panel; mount --bind /srv/small/state /var/lib/ada-panel');
    const old = 'old\n'.repeat(20_000);
    await bare().host.exec('sh', '-c', 'printf %s "$1" >/srv/small/guarded', 'sh', old);
    const before = await inside('sha256sum /srv/small/guarded');
    const data = newPanelData();
    const lost = mortal(
      recipeOf(
        [
          step('file', rootFile('/srv/small/guarded', 'new'), { guard: 'short' }),
          step(
            'answer',
            { kind: 'answer', url: 'http://127.0.0.1:9/', status: 200, json: false, withinS: 600 },
            { guard: 'short', needs: ['file'] },
          ),
        ],
        [{ id: 'short', seconds: 6, units: [] }],
      ),
      data,
    );
    await lost.start();
    await until(async () => (await inside('cat /srv/small/guarded')) === 'new', 'the new state');
    disk.fill(0);
    lost.die();
    await until(async () => (await inside('sha256sum /srv/small/guarded')) === before, 'the old state');
    await until(async () => (await inside("systemctl list-timers --all --no-legend 'ada-panel*'")) === '', 'the timer removed');
    disk.free();
    await inside('umount --lazy /var/lib/ada-panel');
    disk.remove();
  });

  it('lets the host remove a sudo rule that locks the operator out', async () => {
    const rule = recipeOf(
      [
        step('rule', rootFile('/etc/sudoers.d/zz-tried', 'panel ALL=(ALL:ALL) !ALL\n', { mode: '440', check: 'visudo' }), {
          guard: 'rule',
        }),
      ],
      [{ id: 'rule', seconds: 5, units: [] }],
    );
    const data = newPanelData();
    const locked = mortal(rule, data);
    const { error } = await locked.apply();
    expect(error?.code).toMatch(/^sudo-/);
    await until(async () => (await inside('ls /etc/sudoers.d')).includes('zz-tried') === false, 'the rule removed');
    const { stdout } = await panel().connection.exec(['id', '-u'], { sudo: { purpose: 'try sudo' } });
    expect(stdout).toBe('0\n');
    // The lock, which could not be removed without sudo, is this panel's own.
    const next = mortal(recipeOf([step('file', rootFile('/etc/after', 'unlocked'))]), data);
    expect((await next.apply()).error).toBeNull();
    expect(await inside('cat /etc/after; ls -A /var/lib/ada-panel/guards')).toBe('unlocked');
  });

  it('never reloads nginx with a site that nginx -t rejects', async () => {
    const site = (text: string) =>
      recipeOf(
        [
          step('site', rootFile('/etc/nginx/conf.d/tried.conf', text), { guard: 'site' }),
          step(
            'nginx',
            {
              kind: 'unit',
              name: 'nginx.service',
              isEnabled: true,
              isActive: true,
              reads: ['/etc/nginx/conf.d/tried.conf'],
              onChange: 'reload',
              test: ['nginx', '-t'],
            },
            { guard: 'site' },
          ),
        ],
        [{ id: 'site', seconds: 300, units: [{ name: 'nginx.service', verb: 'reload' }] }],
      );
    expect((await mortal(site('server { listen 8077; return 200 old; }\n')).apply()).error).toBeNull();
    const bad = mortal(site('server { listen 8077; bogus on; }\n'));
    expect((await bad.apply()).error).toMatchObject({
      code: 'setup-step-failed',
      detail: expect.stringContaining('unknown directive "bogus"'),
    });
    expect(bad.sent.filter((line) => /^systemctl (reload|restart)/.test(line))).toEqual([]);
    expect(await inside('cat /etc/nginx/conf.d/tried.conf; nginx -t 2>&1 | tail -n 1; systemctl is-active nginx')).toMatch(
      /^server .*old.*\n.*successful\nactive$/,
    );
  });

  it('puts the old service back, with the log lines of the new one in the error', async () => {
    const path = '/etc/systemd/system/healthy.service';
    const service = (program: string) =>
      recipeOf(
        [
          step('file', rootFile(path, `[Service]\nExecStart=${program}\n[Install]\nWantedBy=multi-user.target\n`), { guard: 'service' }),
          step(
            'unit',
            { kind: 'unit', name: 'healthy.service', isEnabled: true, isActive: true, reads: [path], onChange: 'restart' },
            { guard: 'service' },
          ),
          step(
            'answer',
            { kind: 'answer', url: 'http://127.0.0.1:8097/', status: 200, json: false, withinS: 2 },
            { guard: 'service', needs: ['unit'] },
          ),
        ],
        [{ id: 'service', seconds: 300, units: [{ name: 'healthy.service', verb: 'restart' }] }],
      );
    expect((await mortal(service('/usr/bin/python3 -m http.server 8097 -d /srv')).apply()).error).toBeNull();
    const before = await inside(`cat ${path}`);
    const bad = mortal(service('/bin/sh -c "echo no model here; exec sleep infinity"'));
    expect((await bad.apply()).error).toMatchObject({ code: 'setup-no-answer', detail: expect.stringContaining('no model here') });
    expect(bad.setup.report()).toContain('no model here');
    expect(await inside(`cat ${path}; systemctl is-active healthy`)).toBe(`${before}\nactive`);
  });

  it('is refused while another panel sets the host up, proves that it lives, and is taken over when it does not', async () => {
    const waiting = (words: string) =>
      recipeOf([
        step('file', rootFile('/etc/taken', words)),
        step('answer', { kind: 'answer', url: 'http://127.0.0.1:9/', status: 200, json: false, withinS: 600 }, { needs: ['file'] }),
      ]);
    const done = recipeOf([step('file', rootFile('/etc/taken', 'two'))]);
    const one = mortal(waiting('one'));
    await one.start();
    await until(() => one.setup.state().run?.steps[1]?.state === 'running', 'the wait');
    const two = mortal(done);
    const refused = (await two.apply()).error;
    expect(refused).toMatchObject({
      code: 'setup-locked',
      message: expect.stringContaining('anna on laptop since '),
      facts: { holder: expect.stringContaining('Tried'), ageS: expect.stringMatching(/^\d+$/) },
    });
    await inside("touch -d '-10 min' /run/ada-panel-setup.lock");
    await until(async () => Number(await inside('echo $(($(date +%s) - $(stat -c %Y /run/ada-panel-setup.lock)))')) < 60, 'a sign of life');
    one.die();
    expect((await two.resume()).error).toMatchObject({ code: 'setup-locked' });
    await inside("touch -d '-16 min' /run/ada-panel-setup.lock");
    expect((await two.resume()).error).toBeNull();
    expect(await inside('cat /etc/taken')).toBe('two');

    const three = mortal(waiting('three'));
    await three.start();
    await until(() => three.setup.state().run?.steps[1]?.state === 'running', 'the wait');
    const four = mortal(recipeOf([step('file', rootFile('/etc/taken', 'four'))]));
    expect((await four.apply()).error?.code).toBe('setup-locked');
    expect((await four.resume(true)).error).toBeNull();
    three.die();
    expect(await leftovers()).toBe('');
  });

  it('keeps ACL, owner, mode and extended attributes of a file, and five backups', async () => {
    const path = '/etc/attributes';
    const attribute = `python3 -c 'import os; print(os.getxattr("${path}", "user.note"))'`;
    await inside(`echo 0 >${path}; chown games:www-data ${path}; chmod 640 ${path}; setfacl -m u:panel:r ${path}`);
    await inside(`python3 -c 'import os; os.setxattr("${path}", "user.note", b"kept")'`);
    const before = await inside(`getfacl -p ${path}; ${attribute}`);
    expect(before).toContain('user:panel:r--');
    for (let round = 1; round <= 7; round += 1) {
      const change = mortal(recipeOf([step('file', rootFile(path, `${round}\n`, { keepsAttributes: true }))]));
      const secondsBefore = Math.floor(Date.now() / 1000);
      expect((await change.apply()).error).toBeNull();
      // Backups are named by the second.
      await until(() => Math.floor(Date.now() / 1000) > secondsBefore, 'the next second');
    }
    expect(await inside(`getfacl -p ${path}; ${attribute}`)).toBe(before);
    expect(await inside(`cat ${path}; cat ${path}.ada-*.bak; getfacl -cp ${path}.ada-*.bak | grep -c user:panel:r--`)).toBe(
      '7\n2\n3\n4\n5\n6\n5',
    );
  });

  it('shows secrets nowhere', async () => {
    const marker = 'Marker-of-the-interface-1';
    await inside(RESET);
    const data = newPanelData();
    const { setup, ...rest } = openMortalSetup(panel().connection, [NGINX, EVERY_KIND], data);
    setup.saveValues('nginx', { uiUser: 'anna', port: '7861' });
    setup.setSecret('nginx', 'uiPassword', marker);
    const hash = data.secrets.read('setup.under-test.nginx.uiPassword') ?? '';
    expect(hash).toMatch(/^\$2/);
    await inside(
      'mkdir -p /run/ada-tests; systemd-run -q --unit=ada-tests-ps sh -c \'while :; do ps -eww -o args; cat /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"; done >/run/ada-tests/ps\'',
    );
    const plan = await setup.plan(['nginx', 'tried'], true);
    setup.apply(plan.id);
    expect((await rest.ended()).error).toBeNull();
    await inside('systemctl stop ada-tests-ps');
    expect(await inside('grep -c ada-setup-files /run/ada-tests/ps')).not.toBe('0');
    const seen = [
      JSON.stringify(plan),
      JSON.stringify(setup.state()),
      savedText(data),
      setup.report(),
      data.logged.join('\n'),
      rest.sent.join('\n'),
    ];
    for (const text of seen)
      for (const secret of [marker, PASSWORD, hash]) expect(text.includes(secret), `${secret} in ${text.slice(0, 200)}`).toBe(false);
    const secrets = [marker, PASSWORD, hash].map((secret) => `-e '${secret}'`).join(' ');
    const onHost = `{ cat /run/ada-tests/ps; journalctl -q --no-pager -o verbose --since '-10 min'; } | grep -acF ${secrets} || true`;
    expect(await inside(onHost)).toBe('0');
    expect(await inside(`grep -rlF ${secrets} /etc /var /run /opt /srv /home /tmp /root 2>/dev/null || true`)).toBe(
      '/etc/nginx/ada-images.htpasswd',
    );
  });
});
