import {
  IconBrush,
  IconCpu,
  IconDeviceLaptop,
  IconPlug,
  IconServer,
  IconTrafficLights,
  IconWorld,
  type TablerIcon,
} from '@tabler/icons-react';
import { Fragment } from 'react';
import { ToneIcon, toneColor, toneSurface } from '../../ui/tone.tsx';
import { type ChainLink, firstBroken, type LinkId } from './chain.ts';

const ICONS: Readonly<Record<LinkId, TablerIcon>> = {
  laptop: IconDeviceLaptop,
  host: IconServer,
  gpu: IconCpu,
  generator: IconBrush,
  shim: IconPlug,
  nginx: IconWorld,
  gateway: IconTrafficLights,
};

/** The way of a request from the laptop to the picture, each link with how it is. The first broken one stands out. */
export function ChainPicture({ links }: { readonly links: readonly ChainLink[] }) {
  const broken = firstBroken(links);
  return (
    <section className="ada-card" aria-label="The chain from this laptop to the picture">
      <ol className="ada-chain">
        {links.map((link, index) => (
          <Fragment key={link.id}>
            {index === 0 ? null : (
              <li className="ada-chain-line" aria-hidden style={{ borderColor: toneColor(link.tone) }} data-tone={link.tone} />
            )}
            <ChainNode link={link} isBroken={index === broken} />
          </Fragment>
        ))}
      </ol>
    </section>
  );
}

function ChainNode({ link, isBroken }: { readonly link: ChainLink; readonly isBroken: boolean }) {
  const Icon = ICONS[link.id];
  return (
    <li className="ada-chain-node" data-broken={isBroken || undefined} data-tone={link.tone}>
      <span className="ada-chain-icon" style={{ background: toneSurface(link.tone), color: toneColor(link.tone) }}>
        <Icon size={isBroken ? 26 : 20} stroke={1.7} aria-hidden />
        <span className="ada-chain-mark">
          <ToneIcon tone={link.tone} size={14} />
        </span>
      </span>
      <span className="ada-chain-label">{link.label}</span>
      <span className="ada-chain-said" style={isBroken ? { color: toneColor(link.tone) } : undefined}>
        {link.said}
      </span>
      <span className="ada-chain-detail">{link.detail === '' ? '\u00a0' : link.detail}</span>
    </li>
  );
}
