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
import { Fragment, memo } from 'react';
import { placeOfLink } from '../../../shared/diagnosis/link-place.ts';
import type { Link, LinkId } from '../../../shared/diagnosis/types.ts';
import { setPage } from '../../stores/view.ts';
import { ToneIcon, toneColor, toneOf, toneSurface } from '../../ui/tone.tsx';
import { ServiceIconButton } from './action-button.tsx';

import { describeShow, TEXT } from './text.ts';

const ICONS: Readonly<Record<LinkId, TablerIcon>> = {
  computer: IconDeviceLaptop,
  host: IconServer,
  gpu: IconCpu,
  generator: IconBrush,
  shim: IconPlug,
  nginx: IconWorld,
  gateway: IconTrafficLights,
};

/** The links of image generation with their states; the first broken link is highlighted. */
export function ChainDiagram({ links, broken }: { readonly links: readonly Link[]; readonly broken: LinkId | null }) {
  return (
    <section className="ada-card" aria-label={TEXT.chain}>
      <ol className="ada-chain">
        {links.map((link, index) => {
          const tone = toneOf(link.severity);
          return (
            <Fragment key={link.id}>
              {index === 0 ? null : <li className="ada-chain-line" aria-hidden style={{ borderColor: toneColor(tone) }} data-tone={tone} />}
              <ChainNode link={link} isBroken={link.id === broken} />
            </Fragment>
          );
        })}
      </ol>
    </section>
  );
}

const ChainNode = memo(function ChainNode({ link, isBroken }: { readonly link: Link; readonly isBroken: boolean }) {
  const Icon = ICONS[link.id];
  const tone = toneOf(link.severity);
  const { page, ...target } = placeOfLink(link);
  // Only the generator always has its buttons; other services have them where a start or restart is the remedy.
  const buttons = link.actions.flatMap((action) => (action.kind === 'service' && (link.id === 'generator' || isBroken) ? [action] : []));
  return (
    <li className="ada-chain-node" data-broken={isBroken || undefined} data-tone={tone}>
      <button type="button" className="ada-chain-link" title={describeShow(page)} onClick={() => setPage(page, target)}>
        <span className="ada-chain-icon" style={{ background: toneSurface(tone), color: toneColor(tone) }}>
          <Icon size={20} stroke={1.7} aria-hidden />
          <span className="ada-chain-mark">
            <ToneIcon tone={tone} size={14} />
          </span>
        </span>
        <span className="ada-chain-label">{link.label}</span>
        <span className="ada-chain-message" style={isBroken ? { color: toneColor(tone) } : undefined}>
          {link.state}
        </span>
        <span className="ada-chain-detail">{link.fact === '' ? '\u00a0' : link.fact}</span>
      </button>
      {buttons.length === 0 ? null : (
        <span className="ada-chain-buttons">
          {buttons.map((action) => (
            <ServiceIconButton key={action.verb} action={action} />
          ))}
        </span>
      )}
    </li>
  );
});
