import { VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconServer } from '@tabler/icons-react';
import { type ButtonHTMLAttributes, type Ref, useEffect, useState } from 'react';
import { findLabHost } from '../../../shared/lab-hosts.ts';
import { labStateOf, useConnectionState, useHostProfile, useHostsState, useShownHostId } from '../../stores/hosts.ts';
import { useOfNow } from '../../ui/clock.ts';
import { type Tone, ToneIcon } from '../../ui/tone.tsx';
import { useIsPainted } from '../../ui/use-is-painted.ts';
import { describeConnectionState, TEXT } from './text.ts';

type HostMenu = typeof import('./host-menu.tsx').HostMenu;

/** The menu's code is loaded after the first paint, which shows the button alone; null until then. */
function useHostMenu(): HostMenu | null {
  const isPainted = useIsPainted();
  const [menu, setMenu] = useState<{ readonly component: HostMenu } | null>(null);
  useEffect(() => {
    if (isPainted) void import('./host-menu.tsx').then(({ HostMenu: component }) => setMenu({ component }));
  }, [isPainted]);
  return menu?.component ?? null;
}

/** The selected host with its connection state; opens the menu of hosts. */
export function HostSwitcher() {
  const host = useHostProfile();
  const HostMenu = useHostMenu();
  const [isWanted, setWanted] = useState(false);
  return (
    <>
      {HostMenu === null ? (
        <HostButton aria-haspopup="menu" onClick={() => setWanted(true)} />
      ) : (
        <HostMenu isOpen={isWanted}>
          <HostButton />
        </HostMenu>
      )}
      {host?.kind === 'lab' ? (
        <span className="ada-lab-badge" title={TEXT.labTip}>
          {TEXT.lab}
        </span>
      ) : null}
    </>
  );
}

function HostButton(props: ButtonHTMLAttributes<HTMLButtonElement> & { readonly ref?: Ref<HTMLButtonElement> }) {
  const host = useHostProfile();
  const state = useConnectionState();
  const { tone, word } = describeConnectionState(state, 0);
  const detail = useOfNow((nowMs) => describeConnectionState(state, nowMs).detail);
  const lab = useLabLabel();
  const shown = lab?.word ?? (host === null ? TEXT.noHost : host.label);
  // The round trip implies that the host is connected; every other state is written out.
  const message = host === null ? '' : state.kind === 'online' ? detail : `${word}${detail === '' ? '' : ` ${detail}`}`;
  return (
    <button {...props} type="button" className="ada-host-button">
      {lab !== null ? <ToneIcon tone={lab.tone} /> : host === null ? <IconServer size={16} aria-hidden /> : <ToneIcon tone={tone} />}
      <span className="ada-host-label">{shown}</span>
      <span className="ada-host-detail">{message}</span>
      <VisuallyHidden>
        {host === null && lab === null ? TEXT.selectHost : `${state.kind === 'online' ? word : ''} ${TEXT.changeHost}`}
      </VisuallyHidden>
      <IconChevronDown size={15} aria-hidden />
    </button>
  );
}

/** A lab while it is shown and has no connection yet: it starts, or could not. Null otherwise. */
function useLabLabel(): { readonly word: string; readonly tone: Tone } | null {
  const state = useHostsState();
  const host = useHostProfile();
  const shownId = useShownHostId();
  const lab = labStateOf(state, shownId);
  const label = findLabHost(shownId)?.label;
  if (host !== null || lab === null || lab.kind === 'running') return null;
  return lab.kind === 'starting' ? { word: `${label}: starting…`, tone: 'busy' } : { word: `${label}: failed to start`, tone: 'bad' };
}
