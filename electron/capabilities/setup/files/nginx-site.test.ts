import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PanelException } from '../../../../shared/errors.ts';
import { kindOfNginxSite, listensOn, locationFor, readNginxSite } from './nginx-read.ts';
import { editNginxUi, NGINX_SITE_DEFAULTS, renderNginxSite } from './nginx-site.ts';
import { readNginx } from './nginx-tokens.ts';

const VARIANTS = {
  plain: NGINX_SITE_DEFAULTS,
  lan: { ...NGINX_SITE_DEFAULTS, listen: ['0.0.0.0', '::'], allow: ['192.168.1.0/24', 'fd00::/8'], serverNames: ['ada2', 'ada2.local'] },
  comfyui: { ...NGINX_SITE_DEFAULTS, ui: 'comfyui' as const, htpasswd: '/etc/nginx/images.htpasswd' },
  none: { ...NGINX_SITE_DEFAULTS, ui: 'none' as const, maxBodySize: '0' },
};

/** In the form of the guide: prefixes, and no `/v1/models`. */
const GUIDE = `server {
    listen 7860;
    server_name ada2;
    location /healthz { access_log off; return 200 "ok\\n"; add_header Content-Type text/plain; }
    location /readyz { proxy_pass http://127.0.0.1:9091/readyz; }
    location = /v1/images/generations { proxy_pass http://127.0.0.1:9091/v1/images/generations; }
    location / { proxy_pass http://127.0.0.1:9090; proxy_set_header Connection "upgrade"; }
}
`;
const AI_INFRA = GUIDE.replace('location / {', 'location /v1/ { proxy_pass http://127.0.0.1:9090/api/v1/; }\n    location / {');

describe('renderNginxSite', () => {
  it('leads each path to the program that answers it', () => {
    const [server] = readNginxSite(renderNginxSite(NGINX_SITE_DEFAULTS)).servers;
    if (server === undefined) throw new Error('no server');
    expect(server.listens).toEqual([{ address: '127.0.0.1', port: 7860, isTls: false }]);
    const ports = ['/readyz', '/v1/images/generations', '/v1/models', '/v1/models/x', '/', '/api/v1/app/version', '/ws/socket.io'];
    expect(ports.map((path) => locationFor(server, path)?.localPort)).toEqual([9091, 9091, 9091, 9091, 9090, 9090, 9090]);
    expect(locationFor(server, '/healthz')).toMatchObject({ modifier: '=', returns: ['200', 'ok'], proxyPass: null });
    expect(locationFor(server, '/healthzfoo')?.path).toBe('/');
    for (const path of ['/v1/images/edits', '/v1/app/version'])
      expect(locationFor(server, path)).toMatchObject({ proxyPass: null, path: '/v1/' });
  });

  it('asks for a password at the user interface alone', () => {
    const [server] = readNginxSite(renderNginxSite(VARIANTS.comfyui)).servers;
    expect(server?.locations.filter(({ hasPassword }) => hasPassword).map(({ path, localPort }) => [path, localPort])).toEqual([
      ['/', 8188],
    ]);
  });

  it('listens where it is told, and lets in who is named', () => {
    const text = renderNginxSite(VARIANTS.lan);
    expect(readNginxSite(text).servers[0]?.listens).toEqual([
      { address: '0.0.0.0', port: 7860, isTls: false },
      { address: '::', port: 7860, isTls: false },
    ]);
    expect(text).toMatch(/allow 192\.168\.1\.0\/24;\n +allow fd00::\/8;\n +deny all;/);
  });

  it('uses TLS with the files that are named', () => {
    const text = renderNginxSite({ ...NGINX_SITE_DEFAULTS, tls: { certificate: '/etc/ssl/a.pem', key: '/etc/ssl/a.key' } });
    expect(readNginxSite(text).servers[0]?.listens[0]?.isTls).toBe(true);
    expect(text).toContain('    ssl_certificate_key /etc/ssl/a.key;\n');
  });

  it('leaves no user interface and no name at the level of http when there is none', () => {
    const text = renderNginxSite(VARIANTS.none);
    expect(text).not.toContain('map ');
    expect(
      readNginxSite(text)
        .servers.flatMap(({ locations }) => locations)
        .some(({ localPort }) => localPort === 9090),
    ).toBe(false);
    expect(text).toContain('client_max_body_size 0;');
  });

  it('refuses what cannot stand in a configuration', () => {
    for (const change of [
      { listen: ['localhost'] },
      { listen: ['fe80::1%eth0'] },
      { allow: ['10.0.0.0/33'] },
      { allow: ['all'] },
      { serverNames: ['a b'] },
      { serverNames: ['a;b'] },
      { maxBodySize: '1 m' },
      { htpasswd: 'relative' },
      { port: 0 },
      { tls: { certificate: '/a b', key: '/c' } },
    ]) {
      expect(() => renderNginxSite({ ...VARIANTS.comfyui, ...change }), JSON.stringify(change)).toThrow(PanelException);
    }
  });

  const hasNginx = spawnSync('nginx', ['-v']).status === 0;

  it.runIf(hasNginx).each(Object.entries(VARIANTS))('is accepted by nginx: %s', (_name, parameters) => {
    const folder = mkdtempSync(join(tmpdir(), 'nginx-site-'));
    try {
      writeFileSync(join(folder, 'site'), renderNginxSite(parameters));
      writeFileSync(
        join(folder, 'nginx.conf'),
        `pid ${folder}/pid; error_log stderr; events {} http { access_log off; include ${folder}/site; }`,
      );
      const { status, stderr } = spawnSync('nginx', ['-t', '-c', join(folder, 'nginx.conf')], { encoding: 'utf8' });
      expect(stderr).not.toContain('[warn]');
      expect(status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('readNginxSite', () => {
  it('recognises the sites that a host may have', () => {
    expect(kindOfNginxSite(renderNginxSite(NGINX_SITE_DEFAULTS))).toBe('setup');
    expect(kindOfNginxSite(GUIDE)).toBe('guide');
    expect(kindOfNginxSite(AI_INFRA)).toBe('ai-infra');
    expect(kindOfNginxSite('server { listen 80; root /var/www; }')).toBe('other');
    expect(kindOfNginxSite('')).toBe('other');
    expect(listensOn(readNginxSite(`http { include /etc/nginx/conf.d/*.conf; ${GUIDE} }`), 7860)).toBe(true);
  });

  it('reads addresses of every form', () => {
    const text =
      'server { listen 8080 default_server; listen [::1]:81 ssl; listen localhost; listen *:82; listen unix:/run/x.sock; listen 10.0.0.1; }';
    expect(readNginxSite(text).servers[0]?.listens).toEqual([
      { address: '*', port: 8080, isTls: false },
      { address: '::1', port: 81, isTls: true },
      { address: 'localhost', port: 80, isTls: false },
      { address: '*', port: 82, isTls: false },
      { address: null, port: null, isTls: false },
      { address: '10.0.0.1', port: 80, isTls: false },
    ]);
    expect(readNginxSite('server {}').servers[0]?.listens).toEqual([{ address: '*', port: 80, isTls: false }]);
  });

  it('reads quotes, escapes, variables and comments as nginx does', () => {
    expect(readNginx('a "b;{}#" \'c d\' e#f ${g}h "i\\"j"; # k\nl {\n\tm n;\n}\n')).toEqual({
      directives: [
        { name: 'a', args: ['b;{}#', 'c d', 'e#f', '${g}h', 'i"j'], line: 1, block: null },
        { name: 'l', args: [], line: 2, block: [{ name: 'm', args: ['n'], line: 3, block: null }] },
      ],
      brokenAtLine: null,
    });
  });

  it('names the line of a mistake and keeps what was read', () => {
    expect(readNginx('a b;\nc }\n')).toMatchObject({ directives: [{ name: 'a' }], brokenAtLine: 2 });
    for (const text of ['server {\n', 'a b\n', '}\n', ';\n', '{\n', 'a {'.repeat(100)]) expect(readNginx(text).brokenAtLine).not.toBeNull();
    // A list of denied addresses is longer than what is read, and right.
    for (const text of ['deny 192.0.2.1;\n'.repeat(8_000), `server {\n${'# note\n'.repeat(20_000)}}\n`])
      expect(readNginx(text).brokenAtLine).toBeNull();
    expect(readNginxSite('server { listen 7860;').servers).toHaveLength(1);
  });

  it('reads back what was written', () => {
    const word = fc.stringMatching(/^[a-z0-9/.:$~*^_-]{1,10}$/);
    const quoted = fc.stringMatching(/^[ -!#-&(-[\]-~]{0,10}$/).map((text) => ({ text, written: `"${text}"` }));
    const argument = fc.oneof(
      word.map((text) => ({ text, written: text })),
      quoted,
    );
    const directive = fc.tuple(fc.stringMatching(/^[a-z_]{1,8}$/), fc.array(argument, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(directive, { maxLength: 5 }), fc.constantFrom('\n', ' # note {\n', '\t'), (wanted, gap) => {
        const written = wanted.map(([name, args]) => `${[name, ...args.map((one) => one.written)].join(' ')};${gap}`).join('');
        const expected = wanted.map(([name, args]) => ({ name, args: args.map(({ text }) => text) }));
        const read = readNginx(`outer {${gap}${written}}`);
        expect(read.brokenAtLine).toBeNull();
        expect(read.directives[0]?.block).toMatchObject(expected);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.stringMatching(/^[ab{};"'#$\\ \n]{0,40}$/),
          fc.stringMatching(/^(server \{|location|listen| \/|;|\}|=| a|"){0,20}$/),
        ),
        (text) => {
          readNginxSite(text);
          kindOfNginxSite(text);
        },
      ),
    );
  });
});

describe('editNginxUi', () => {
  it('leads / to the other backend and changes nothing else', () => {
    const { lan, comfyui, none } = VARIANTS;
    expect(editNginxUi(renderNginxSite(lan), 'comfyui')).toBe(renderNginxSite({ ...lan, ui: 'comfyui' }));
    expect(editNginxUi(renderNginxSite(comfyui), 'invokeai')).toBe(renderNginxSite({ ...comfyui, ui: 'invokeai' }));
    expect(editNginxUi(renderNginxSite(comfyui), 'comfyui')).toBe(renderNginxSite(comfyui));
    expect(editNginxUi(renderNginxSite(none), 'comfyui')).toBe(renderNginxSite(none));
  });
});
