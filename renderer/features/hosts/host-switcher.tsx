import { VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconServer } from '@tabler/icons-react';
import { type ButtonHTMLAttributes, type Ref, useState } from 'react';
import { findLabHost } from '../../../shared/lab-hosts.ts';
import { labStateOf, useConnectionState, useHostProfile, useHostsState, useShownHostId } from '../../stores/hosts.ts';
import { useOfNow } from '../../ui/clock.ts';
import { type Tone, ToneIcon } from '../../ui/tone.tsx';
import { useAfterPaint } from '../../ui/use-after-paint.ts';
import { describeConnectionState, TEXT } from './text.ts';

const loadMenu = () => import('./host-menu.tsx');

/** The selected host with its connection state; opens the menu of hosts. */
export function HostSwitcher() {
  const host = useHostProfile();
  const menu = useAfterPaint(loadMenu);
  const [isWanted, setWanted] = useState(false);
  return (
    <>
      {menu === null ? (
        <HostButton aria-haspopup="menu" onClick={() => setWanted(true)} />
      ) : (
        <menu.HostMenu isOpen={isWanted}>
          <HostButton />
        </menu.HostMenu>
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
