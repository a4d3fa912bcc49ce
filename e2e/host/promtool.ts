import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { baseImage, cached, must } from './image.ts';

/** The package is unpacked and not installed: its server would start with the computer. */
const FETCH = `set -e
apt-get update -qq
cd /tmp
apt-get download -qq prometheus
`;

/** Prometheus's own checker of its formats, of Debian's package. */
export function promtool(): string {
  const base = baseImage('bookworm');
  const folder = cached('host-promtool', JSON.stringify([base, FETCH]), (work) => {
    const root = join(work, 'root');
    must('cp', ['-a', '--reflink=auto', base, root]);
    must('chroot', [root, '/bin/sh'], { input: FETCH });
    const [archive = ''] = readdirSync(join(root, 'tmp')).filter((name) => name.endsWith('.deb'));
    must('dpkg-deb', ['-x', join(root, 'tmp', archive), join(work, 'package')]);
    must('rm', ['-rf', root]);
  });
  return join(folder, 'package', 'usr', 'bin', 'promtool');
}
