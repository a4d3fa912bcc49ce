import { plainText } from '../../../../shared/plain-text.ts';
import { byRecipe, type Check, fail, pass } from '../check.ts';

const PATH = '/healthz';

export const PROXY_CHECKS: readonly Check[] = [
  {
    id: 'healthz',
    title: 'nginx responds',
    group: 'proxy',
    layer: 'backend',
    cost: 'reads',
    about: 'GET /healthz on nginx returns 200. It shows that nginx runs, and nothing of what is behind it.',
    run: async ({ http }) => {
      const { status, body, timing } = await http('nginx', { path: PATH });
      const evidence = `GET ${PATH}: ${status}, ${plainText(body, 100)}`;
      if (status === 200) return pass(`nginx responded in ${timing.totalMs.toFixed(0)} ms`, evidence);
      return fail(`nginx returned ${status} for ${PATH}`, byRecipe('nginx', 'Apply nginx.'), evidence);
    },
  },
];
