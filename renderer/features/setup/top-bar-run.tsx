import { useSetupPart } from '../../stores/setup.ts';
import { setPage } from '../../stores/view.ts';
import { ToneIcon } from '../../ui/tone.tsx';
import { TEXT } from './text.ts';

/** A run in the top bar, a link to the Setup page; nothing while there is none at work. */
export function SetupMark() {
  const state = useSetupPart(({ run }) => run?.state ?? null);
  const isAtWork = state === 'running' || state === 'cancelling';
  if (!isAtWork && state !== 'interrupted') return null;
  const label = isAtWork ? TEXT.running : TEXT.interrupted;
  return (
    <button type="button" className="ada-slots" title={label} aria-label={label} onClick={() => setPage('setup')}>
      <span className="ada-vram-label">{TEXT.title}</span>
      <ToneIcon tone={isAtWork ? 'busy' : 'warning'} size={14} />
    </button>
  );
}
