import { createHash } from 'node:crypto';

/** A Debian package as the simulated archive has it. */
export interface LabPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: 'amd64' | 'all';
  /** Of the archive, and unpacked. */
  readonly bytes: number;
  readonly depends: readonly string[];
}

const ARCHIVE: readonly LabPackage[] = [
  entry('nginx', '1.24.0-2ubuntu7.5', 521_000, 'amd64', ['nginx-common']),
  // From Ubuntu 24.04 on these bring modules beside the one program.
  ...['nginx-light', 'nginx-core', 'nginx-full', 'nginx-extras'].map((name) =>
    entry(name, '1.24.0-2ubuntu7.5', 15_600, 'amd64', ['nginx']),
  ),
  entry('nginx-common', '1.24.0-2ubuntu7.5', 43_400, 'all'),
  entry('nodejs', '18.19.1+dfsg-6ubuntu5', 306_000, 'amd64', ['libnode109', 'libcares2']),
  entry('libnode109', '18.19.1+dfsg-6ubuntu5', 11_600_000, 'amd64'),
  entry('libcares2', '1.27.0-1.0ubuntu1', 73_700, 'amd64'),
  entry('python3-venv', '3.12.3-0ubuntu2.1', 1_034, 'amd64', ['python3.12-venv']),
  entry('python3.12-venv', '3.12.3-1ubuntu0.8', 5_676, 'amd64', ['python3-pip-whl', 'python3-setuptools-whl']),
  entry('python3-pip-whl', '24.0+dfsg-1ubuntu1.3', 1_707_000, 'all'),
  entry('python3-setuptools-whl', '68.1.2-2ubuntu1.2', 716_000, 'all'),
  entry('git', '1:2.43.0-1ubuntu7.3', 3_680_000, 'amd64', ['git-man', 'liberror-perl']),
  entry('git-man', '1:2.43.0-1ubuntu7.3', 1_100_000, 'all'),
  entry('liberror-perl', '0.17029-2', 25_600, 'all'),
];

const INSTALLED = ['bash', 'ca-certificates', 'coreutils', 'curl', 'dpkg', 'openssh-server', 'python3', 'python3.12', 'sudo', 'systemd'];

function entry(
  name: string,
  version: string,
  bytes: number,
  architecture: LabPackage['architecture'],
  depends: readonly string[] = [],
): LabPackage {
  return { name, version, architecture, bytes, depends };
}

/** The packages of the simulated host and of the archive that it installs from. */
export class Packages {
  readonly #installed = new Map<string, LabPackage>();

  constructor() {
    for (const name of INSTALLED) this.add(name);
  }

  versionOf(name: string): string | null {
    return this.#installed.get(name)?.version ?? null;
  }

  /** The package in the archive; null = unknown there. Names that begin with `no-such-` are unknown, others small libraries. */
  find(name: string): LabPackage | null {
    const known = ARCHIVE.find((one) => one.name === name);
    if (known !== undefined) return known;
    if (name.startsWith('no-such-') || !/^[a-z0-9][a-z0-9+.-]+$/.test(name)) return null;
    const size = createHash('sha256').update(name).digest().readUInt16BE();
    return entry(name, '1.0-1ubuntu1', 20_000 + size * 8, 'amd64');
  }

  /** What an installation brings, each after what it depends on; a name instead = unknown to the archive. */
  plan(names: readonly string[]): readonly LabPackage[] | string {
    const wanted = new Map<string, LabPackage>();
    const visit = (name: string): string | null => {
      if (this.#installed.has(name) || wanted.has(name)) return null;
      const found = this.find(name);
      if (found === null) return name;
      for (const other of found.depends) {
        const unknown = visit(other);
        if (unknown !== null) return unknown;
      }
      wanted.set(name, found);
      return null;
    };
    for (const name of names) {
      const unknown = visit(name);
      if (unknown !== null) return unknown;
    }
    return [...wanted.values()];
  }

  add(name: string): void {
    const found = this.find(name);
    if (found !== null) this.#installed.set(name, found);
  }
}

/** `'URI' FILE BYTES SHA256:…`, as `apt-get --print-uris` prints it. */
export function uriLine(one: LabPackage): string {
  const source = one.name.startsWith('lib') ? one.name.slice(0, 4) : one.name.slice(0, 1);
  const file = `${one.name}_${one.version.replace(':', '%3a')}_${one.architecture}.deb`;
  const plain = file.replace(/%3a/, '').replace(/_\d+(?=\d\.)/, '_');
  const sum = createHash('sha256').update(file).digest('hex');
  return `'http://archive.ubuntu.com/ubuntu/pool/main/${source}/${one.name}/${plain}' ${file} ${one.bytes} SHA256:${sum}`;
}
