import { describeFault, FileError, type Files } from '../base/files.ts';
import { type Directive, type NginxServer, NginxSyntaxError, parseNginx, serversOf } from './nginx-config.ts';

const MAIN_FILE = '/etc/nginx/nginx.conf';

/** The configuration of a host's nginx with the files that it includes. */
export interface NginxConfig {
  readonly servers: readonly NginxServer[];
  /** All texts, to compare two configurations. */
  readonly text: string;
}

/** Reads the configuration as nginx does at its start; a string is the error that `nginx -t` prints. */
export function readNginxConfig(files: Files): NginxConfig | string {
  const texts: string[] = [];
  const read = (path: string): readonly Directive[] => {
    try {
      const text = files.read(path, 'root').toString('utf8');
      texts.push(text);
      return parseNginx(text).flatMap((directive) => resolve(directive));
    } catch (thrown) {
      if (thrown instanceof FileError) throw new NginxFileError(`open() "${path}" failed (2: ${describeFault(thrown.fault)})`);
      if (thrown instanceof NginxSyntaxError) throw new NginxFileError(`${thrown.message} in ${path}:${thrown.line}`);
      throw thrown;
    }
  };
  const resolve = (directive: Directive): readonly Directive[] => {
    if (directive.words[0] === 'include') return expand(files, directive.words[1] ?? '').flatMap(read);
    return [{ ...directive, block: directive.block.flatMap(resolve) }];
  };
  try {
    const http = read(MAIN_FILE).filter(({ words }) => words[0] === 'http');
    return { servers: http.flatMap(({ block }) => serversOf(block)), text: texts.join('\n') };
  } catch (thrown) {
    if (thrown instanceof NginxFileError) return `nginx: [emerg] ${thrown.message}`;
    throw thrown;
  }
}

class NginxFileError extends Error {}

/** Paths of an include: relative to /etc/nginx, with `*` in the last part. */
function expand(files: Files, pattern: string): readonly string[] {
  const full = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
  const at = full.lastIndexOf('/');
  const [folder, name] = [full.slice(0, at), full.slice(at + 1)];
  if (!name.includes('*')) return [full];
  const [before = '', after = ''] = name.split('*');
  const names = files.isFolder(folder) ? files.list(folder, 'root') : [];
  return names.filter((entry) => entry.startsWith(before) && entry.endsWith(after)).map((entry) => `${folder}/${entry}`);
}
