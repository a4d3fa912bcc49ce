import { need } from '../evidence.ts';
import {
  addressOf,
  byHand,
  byRecipe,
  certain,
  likely,
  linesWith,
  ownerOf,
  proofLines,
  proofOf,
  type Rule,
  readSince,
  ruledOut,
  UNIT_NAMES,
} from '../rule.ts';
import { AFTER_THE_GPU, describeReply, lastLines, PATHS, replyOf, responds, serviceRules } from './service-state.ts';

export const NGINX_RULES: readonly Rule[] = [
  {
    id: 'nginx-configuration-broken',
    title: 'Configuration of nginx broken',
    symptoms: AFTER_THE_GPU,
    depth: 'installation',
    test: (evidence) => {
      const unit = need(evidence.units.nginx);
      const all = need(evidence.logs.nginx);
      const lines = linesWith(all, ['[emerg]']);
      if (lines.length === 0) return ruledOut(`no “[emerg]” in the nginx log ${readSince(all, evidence)}`);
      if (unit.activeState === 'active') return ruledOut('nginx is running, with the configuration from before the error');
      if (unit.activeState === 'inactive') return ruledOut('nginx is stopped, and its last start did not fail');
      const isPort = lines.some(({ text }) => text.includes('bind() to'));
      return certain(
        isPort ? 'nginx does not start: another program listens on its port.' : 'nginx does not start: its configuration has an error.',
        {
          at: lines.at(-1)?.at ?? null,
          proof: proofLines('nginx', lines.slice(-4)),
          fix: isPort
            ? byHand('End the program on that port, then start nginx.')
            : byRecipe('nginx', 'Set up nginx again, or correct the file that the line names.'),
        },
      );
    },
  },
  ...serviceRules('nginx', 'nginx'),
  {
    id: 'foreign-program-on-7860',
    title: 'Another program on port 7860',
    symptoms: AFTER_THE_GPU,
    depth: 'nginx',
    test: (evidence) => {
      const listener = need(evidence.listeners).find(({ port }) => port === 7860);
      if (listener === undefined) return ruledOut('nothing listens on port 7860');
      const reply = replyOf(evidence, 'nginx');
      if (reply.kind === 'reply' && reply.status === 200 && reply.body.trim().startsWith('ok')) return ruledOut('nginx responds on 7860');
      const isNginx =
        listener.unit === null ? listener.process === null || listener.process === 'nginx' : listener.unit === UNIT_NAMES.nginx;
      const isOther = reply.kind === 'reply' && !reply.body.includes('nginx') && reply.status === 404;
      if (isNginx && (listener.unit !== null || !isOther)) return ruledOut(`port 7860 belongs to ${ownerOf(listener)}`);
      return certain(`Port 7860 belongs to another program than nginx: ${ownerOf(listener)}.`, {
        proof: [proofOf('ss', `${addressOf(listener)} ${ownerOf(listener)}`), proofOf(PATHS.nginx, describeReply(reply))],
        fix: byRecipe('nginx', 'Move the other program to its own port (InvokeAI belongs on 9090), then set up nginx.'),
      });
    },
  },
  {
    id: 'nginx-asks-wrong-port',
    title: 'nginx does not reach the shim',
    symptoms: AFTER_THE_GPU,
    depth: 'nginx',
    test: (evidence) => {
      const reply = need(evidence.probes.nginxReady);
      if (reply.kind === 'failed') return ruledOut('nginx does not respond, which another cause explains');
      if (!reply.isPage || reply.status < 502) return ruledOut(`nginx reaches the shim (status ${reply.status} of readyz)`);
      const shim = responds(evidence, 'shim');
      if (shim === null) return ruledOut('the images shim does not respond either, which explains it');
      return certain('nginx does not reach the images shim, although the shim responds: the site of nginx names another address.', {
        proof: [
          proofOf('GET :7860/readyz', `status ${reply.status}, a web page of nginx`),
          proofOf(PATHS.shim, shim),
          ...lastLines(evidence, 'nginx', 2),
        ],
        fix: byRecipe('nginx', 'Set up nginx again, which writes the site for the shim on 9091.'),
      });
    },
  },
  {
    id: 'nginx-listens-on-loopback',
    title: 'nginx listens on the host itself only',
    symptoms: AFTER_THE_GPU,
    depth: 'nginx',
    test: (evidence) => {
      const listeners = need(evidence.listeners).filter(({ port }) => port === 7860);
      if (listeners.length === 0) return ruledOut('nothing listens on port 7860');
      const isLocal = listeners.every(({ address }) => address === '127.0.0.1' || address === '::1');
      const fact = `nginx listens on ${listeners.map(addressOf).join(', ')}`;
      if (!isLocal) return ruledOut(fact);
      return likely('nginx listens on the host itself only, so a gateway on another machine does not reach it.', {
        proof: [proofOf('ss', fact)],
        fix: byRecipe('nginx', 'Let nginx listen on the address of the network, or run the gateway on this host.'),
      });
    },
  },
  {
    id: 'firewall-drops-7860',
    title: 'Firewall in front of port 7860',
    symptoms: AFTER_THE_GPU,
    depth: 'nginx',
    test: (evidence) => {
      const port = need(evidence.nginxPort);
      const fact = `port 7860 is ${port === 'silent' ? 'silent' : port} from this computer`;
      if (port !== 'silent') return ruledOut(fact);
      if (responds(evidence, 'nginx') === null) return ruledOut('nginx does not respond on the host itself either');
      return likely('A firewall drops connections to port 7860: nginx responds on the host itself, and not over the network.', {
        proof: [proofOf('this computer', fact), proofOf(PATHS.nginx, 'responds through SSH')],
        fix: byRecipe('network', 'Open port 7860 for the gateway’s address.'),
      });
    },
  },
];
