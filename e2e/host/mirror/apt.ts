import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseImage, cached, type HostRelease, must } from '../image.ts';
import { type Contents, sha256 } from './content.ts';

/** What recipes install, and what modules of Ansible need; each comes with all that the bare host lacks for it. */
const PACKAGES = [
  ...['nginx-light', 'nodejs', 'python3-venv', 'git', 'acl', 'ca-certificates', 'curl'],
  ...['python3-apt', 'python3-setuptools'],
];
const DOWNLOAD = `set -e
apt-get update -qq
apt-get install -y -qq --no-install-recommends --download-only ${PACKAGES.join(' ')}
`;

/** Libraries that the real programs need and the stand-ins do not: the real ones are 50 MB with Mesa and LLVM, so these are empty. */
const EMPTY_PACKAGES: Readonly<Record<HostRelease, readonly string[]>> = {
  bookworm: ['libgl1', 'libglib2.0-0'],
  trixie: ['libgl1', 'libglib2.0-0t64'],
};

function buildEmptyPackages(work: string, archives: string, release: HostRelease): void {
  for (const name of EMPTY_PACKAGES[release]) {
    const tree = join(work, name);
    mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
    const control = ['Version: 1-1', 'Architecture: amd64', 'Maintainer: Tests <tests@localhost>', 'Description: empty'];
    writeFileSync(join(tree, 'DEBIAN', 'control'), `Package: ${name}\n${control.join('\n')}\n`);
    must('dpkg-deb', ['--build', '--root-owner-group', tree, join(archives, `${name}_1-1_amd64.deb`)]);
    rmSync(tree, { recursive: true });
  }
}

/** Downloads the packages once, by the bare system's own apt, and writes their index. Returns the folder. */
export function debianPackages(release: HostRelease): string {
  const base = baseImage(release);
  return cached(`mirror-apt-${release}`, JSON.stringify([base, DOWNLOAD, EMPTY_PACKAGES[release]]), (work) => {
    const root = join(work, 'root');
    mkdirSync(root);
    must('cp', ['-a', '--reflink=auto', `${base}/.`, root]);
    must('chroot', [root, '/bin/sh'], { input: DOWNLOAD });
    const archives = join(root, 'var', 'cache', 'apt', 'archives');
    buildEmptyPackages(work, archives, release);
    const stanzas: string[] = [];
    for (const file of readdirSync(archives).sort()) {
      if (!file.endsWith('.deb')) continue;
      // The colon of a version's epoch, which clients would encode in several ways.
      const name = file.replaceAll('%3a', '.');
      renameSync(join(archives, file), join(work, name));
      const bytes = readFileSync(join(work, name));
      stanzas.push(`${must('dpkg-deb', ['-f', join(work, name)])}Filename: ./${name}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n`);
    }
    const index = stanzas.join('\n');
    writeFileSync(join(work, 'Packages'), index);
    const release_ = ['Origin: Debian', `Codename: ${release}`, 'Date: Sat, 01 Nov 2025 00:00:00 UTC', 'SHA256:'];
    writeFileSync(join(work, 'Release'), `${release_.join('\n')}\n ${sha256(index)} ${Buffer.byteLength(index)} Packages\n`);
    rmSync(root, { recursive: true });
  });
}

/** The repository under /apt/, a flat one (sources.list(5)). */
export function addAptRepository(contents: Contents, release: HostRelease): void {
  const folder = debianPackages(release);
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (statSync(file).isFile()) contents.set(`/apt/${name}`, { type: 'application/octet-stream', file });
  }
}
