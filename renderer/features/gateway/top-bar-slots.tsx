import { useGatewayState } from '../../stores/gateway.ts';
import { setPage } from '../../stores/view.ts';
import { ToneIcon } from '../../ui/tone.tsx';
import { imagesRow } from './admission-rows.ts';
import { describeGatewayState, describeSlots, describeSlotsInUse, TEXT } from './text.ts';

const MAX_DOTS = 6;

/** The gateway's image slots in the top bar, a link to the Gateway page; nothing when no gateway is set up. */
export function GatewaySlots() {
  const state = useGatewayState();
  if (state.profile === null) return null;
  const { tone, word } = describeGatewayState(state);
  const row = imagesRow(state);
  const isLive = state.phase.kind === 'live';
  const { limit = null, inflight = null } = row ?? {};
  const slots = row === undefined ? word : describeSlotsInUse(describeSlots(row));
  const label = `${TEXT.title}: ${isLive ? slots : word}`;
  return (
    <button
      type="button"
      className="ada-slots"
      data-old={!isLive || undefined}
      title={isLive && row !== undefined ? `${row.backendClass}: ${slots}` : label}
      aria-label={label}
      onClick={() => setPage('gateway')}
    >
      <span className="ada-vram-label">{TEXT.title}</span>
      {isLive && limit !== null && inflight !== null && limit <= MAX_DOTS ? (
        <span className="ada-slot-dots" aria-hidden>
          {[...Array(limit).keys()].map((slot) => (
            <span key={slot} data-taken={slot < inflight || undefined} />
          ))}
        </span>
      ) : (
        <ToneIcon tone={tone} size={14} />
      )}
    </button>
  );
}
