import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { locationFor } from '../files/nginx-read.ts';
import { KNOWN_SITES, SITE } from '../recipes/nginx.ts';
import { byHand, byRecipe, type Diagnosed, type Diagnosis } from './diagnosis.ts';
import type { AdoptFacts } from './facts.ts';
import type { EnabledSite } from './nginx-facts.ts';
import { isOffAtBoot } from './service-facts.ts';
import { NGINX_TEXT as TEXT } from './text.ts';

/** What is wrong with the sites of nginx. */
export const NGINX_DIAGNOSES: readonly Diagnosis[] = [
  {
    id: 'nginx-without-models',
    title: TEXT.guide,
    diagnose: (facts) =>
      ofSites(
        facts,
        'warning',
        ({ kind }) => kind === 'guide',
        ({ path }) => TEXT.guideModels(path),
      ),
  },
  {
    id: 'nginx-v1-remapped',
    title: TEXT.remapped,
    diagnose: (facts) =>
      ofSites(
        facts,
        'info',
        ({ kind }) => kind === 'ai-infra',
        ({ path }) => TEXT.remappedTo(path),
      ),
  },
  {
    id: 'nginx-site-enabled-twice',
    title: TEXT.twoLinks,
    diagnose: ({ nginx }) => {
      const links = nginx?.links ?? [];
      const twice = links.filter(({ target, name }) => links.some((other) => other.target === target && other.name !== name));
      if (twice.length === 0) return null;
      const fix = twice.every(isRemoved) ? byRecipe('nginx') : byHand(TEXT.removeLink);
      return { severity: 'warning', evidence: twice.map(({ name, target }) => TEXT.linksTo(name, target)), ...fix };
    },
  },
  {
    id: 'nginx-healthz-constant',
    title: TEXT.healthz,
    diagnose: ({ nginx }) => {
      for (const found of nginx?.sites ?? []) {
        for (const server of found.site.servers) {
          const health = locationFor(server, '/healthz');
          if (!health?.path.includes('healthz') || health.returns === null) continue;
          if (locationFor(server, '/readyz')?.localPort === DEFAULT_PORTS.shim) continue;
          return { severity: 'bad', evidence: [TEXT.constant(found.path, health.line), TEXT.noReadyz], ...fixOf([found]) };
        }
      }
      return null;
    },
  },
  {
    id: 'nginx-default-site',
    title: TEXT.defaultSite,
    diagnose: ({ nginx }) => {
      const site = nginx?.sites.find(({ name, path }) => name === 'default' && path.startsWith('/etc/nginx/sites-enabled/'));
      if (site === undefined) return null;
      const ports = [...new Set(site.site.servers.flatMap(({ listens }) => listens.map(({ port }) => port)))].join(', ');
      return { severity: 'info', evidence: [TEXT.defaultOn(site.path, ports)], ...byRecipe('nginx') };
    },
  },
  {
    id: 'nginx-site-broken',
    title: TEXT.broken,
    diagnose: ({ nginx }) => {
      const broken = nginx?.sites.find(({ site }) => site.brokenAtLine !== null);
      if (broken === undefined) return null;
      return {
        severity: 'bad',
        evidence: [TEXT.brokenAt(broken.path, broken.site.brokenAtLine ?? 1)],
        ...byHand(TEXT.fixLine(broken.target ?? broken.path)),
      };
    },
  },
  {
    id: 'nginx-not-at-boot',
    title: TEXT.notAtBoot,
    diagnose: ({ nginx }) =>
      nginx !== null && isOffAtBoot(nginx.state)
        ? { severity: 'warning', evidence: ['nginx.service: disabled'], ...byRecipe('nginx') }
        : null,
  },
];

type Link = { readonly name: string; readonly target: string | null };

/** Whether the recipe takes the link away: it knows the names that guides use. */
const isRemoved = ({ name, target }: Link): boolean =>
  KNOWN_SITES.includes(name) && target === `/etc/nginx/sites-available/${name.replace(/\.conf$/, '')}`;
/** Whether the recipe writes the site anew, or takes it away. */
const isReplaced = (link: Link): boolean => link.target === SITE || isRemoved(link);

const fixOf = (sites: readonly EnabledSite[]): Pick<Diagnosed, 'remedy' | 'recipe'> =>
  sites.every(isReplaced) ? byRecipe('nginx') : byHand(TEXT.removeSite(sites.map(({ path }) => path).join(', ')));

function ofSites(
  { nginx }: AdoptFacts,
  severity: Diagnosed['severity'],
  isFound: (site: EnabledSite) => boolean,
  describe: (site: EnabledSite) => string,
): Diagnosed | null {
  const found = (nginx?.sites ?? []).filter(isFound);
  return found.length === 0 ? null : { severity, evidence: found.map(describe), ...fixOf(found) };
}
