import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLocation, NginxSyntaxError, parseNginx, serversOf } from './nginx-config.ts';
import { IMAGES_SITE } from './site-file.ts';

const [site] = serversOf(parseNginx(IMAGES_SITE));
const found = (path: string) => (site === undefined ? null : findLocation(site, path));

describe('the configuration of nginx', () => {
  it('takes the location that nginx takes', () => {
    expect(site?.ports).toEqual([7860]);
    expect(found('/healthz')).toMatchObject({ proxy: null, status: 200, body: 'ok\n', types: ['application/octet-stream', 'text/plain'] });
    expect(found('/readyz')?.proxy).toEqual({ port: 9091, uri: null, method: 'GET', limitMs: 5000 });
    expect(found('/v1/models')?.proxy).toMatchObject({ port: 9091, limitMs: 30_000 });
    expect(found('/v1/models/x')?.proxy).toMatchObject({ port: 9090, uri: '/api/v1/' });
    expect(found('/anything')?.proxy).toMatchObject({ port: 9090, uri: null, limitMs: 300_000 });
  });

  it('knows upstreams, patterns and prefixes that win over them', () => {
    const text = `upstream backend { server 127.0.0.1:9091 max_fails=0; }
      server { listen 127.0.0.1:80; listen [::1]:81;
        location ~ ^/v\\d+/ { proxy_pass http://backend; }
        location ^~ /v1/static/ { return 204; }
        location /v1/ { return 404; } # never, since the pattern matches
      }`;
    const [server] = serversOf(parseNginx(text));
    expect(server?.ports).toEqual([80, 81]);
    expect(server && findLocation(server, '/v1/models')?.proxy?.port).toBe(9091);
    expect(server && findLocation(server, '/v1/static/x')?.status).toBe(204);
    expect(server && findLocation(server, '/other')).toBeNull();
  });

  it('names the line of an error', () => {
    const error = (text: string): unknown => {
      try {
        return parseNginx(text);
      } catch (thrown) {
        return thrown instanceof NginxSyntaxError ? [thrown.message, thrown.line] : thrown;
      }
    };
    expect(error('server {\n  listen 80;\n')).toEqual(['unexpected end of file, expecting ";" or "}"', 2]);
    expect(error('server {\n  listen 80\n}\n')).toEqual(['unexpected "}"', 3]);
    expect(error('a;\n;')).toEqual(['unexpected ";"', 2]);
    fc.assert(fc.property(fc.string(), (text) => void error(text)));
  });
});
