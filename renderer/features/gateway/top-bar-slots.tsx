import { useGatewayState } from '../../stores/gateway.ts';
import { setPage } from '../../stores/view.ts';
import { ToneIcon } from '../../ui/tone.tsx';
import { gatewayInWords, imagesRow, slotsInWords } from './words.ts';

const MOST_DOTS = 6;

/** The gateway's slots for images, seen from every page; leads to its page. Nothing where none is set up. */
export function GatewaySlots() {
  const state = useGatewayState();
  if (state.profile === null) return null;
  const { tone, word } = gatewayInWords(state);
  const row = imagesRow(state);
  const isLive = state.phase.kind === 'live';
  const { limit = null, inflight = null } = row ?? {};
  const slots = row === undefined ? word : `${slotsInWords(row)} slots`;
  return (
    <button
      type="button"
      className="ada-slots"
      data-old={!isLive || undefined}
      title={isLive ? `${row?.backendClass ?? 'gateway'}: ${slots} taken` : `The gateway ${word}`}
      aria-label={`Gateway: ${isLive ? `${slots} taken` : word}`}
      onClick={() => setPage('gateway')}
    >
      <span className="ada-vram-label">Gateway</span>
      {isLive && limit !== null && inflight !== null && limit <= MOST_DOTS ? (
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
