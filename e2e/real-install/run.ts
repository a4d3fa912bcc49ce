// npm run test:real-install: the real InvokeAI, set up by the panel on a bare Debian; out of CI, since it downloads gigabytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applySetup } from './apply-setup.ts';
import { runRealInstall } from './real-install.ts';
import { describeRealInstall } from './report.ts';

const ROOT = join(import.meta.dirname, '..', '..');

runRealInstall(applySetup).then(
  (install) => {
    const file = join(ROOT, 'docs', 'real-install.md');
    writeFileSync(file, describeRealInstall(install, new Date().toISOString().slice(0, 10)));
    console.log(readFileSync(file, 'utf8'));
    process.exit(0);
  },
  (cause: unknown) => {
    console.error(cause);
    process.exit(1);
  },
);
