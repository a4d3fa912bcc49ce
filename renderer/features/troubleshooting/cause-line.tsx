import { useQuery } from '@tanstack/react-query';
import type { FoundCause } from '../../../shared/capabilities/troubleshooting/contract.ts';
import { symptomOf } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { bridgeOf } from '../../bridge.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useView } from '../../stores/view.ts';
import { FixButton } from './fix-button.tsx';
import { describeCauseUnknown, TEXT } from './text.ts';
import './troubleshooting.css';

/** The cause is looked for once for each occurrence of an error, and again after this time while the error is shown. */
const LOOK_AGAIN_MS = 60_000;

/** The nearest cause of an error in one line, with its fix. Reads the host by itself, which changes nothing. */
export function CauseLine({ error }: { readonly error: PanelError }) {
  const hostId = useHostId();
  const symptom = symptomOf(error);
  const { code, message, detail } = error;
  const query = useQuery({
    queryKey: ['troubleshooting.cause', hostId, symptom, code, message],
    queryFn: () =>
      bridgeOf(hostId ?? '').troubleshooting.find({
        symptom: symptom ?? 'gateway-503',
        at: null,
        error: { code: code.slice(0, 100), message: message.slice(0, 2_000), detail: detail?.slice(0, 8_192) ?? null },
      }),
    enabled: hostId !== null && symptom !== null,
    retry: false,
    staleTime: LOOK_AGAIN_MS,
    refetchInterval: LOOK_AGAIN_MS,
    gcTime: LOOK_AGAIN_MS,
  });
  const cause = query.data?.causes[0];
  if (cause !== undefined) return <Found cause={cause} />;
  return (
    <p className="why-line ada-quiet" role="status">
      {query.data !== undefined
        ? TEXT.noCause
        : query.error !== null
          ? describeCauseUnknown(toPanelError(query.error).message)
          : TEXT.lookingShort}
    </p>
  );
}

function Found({ cause: { cause, isCertain, fix } }: { readonly cause: FoundCause }) {
  const page = useView((view) => view.page);
  // A button to the open page would do nothing.
  const leadsHere = fix.action?.kind === 'page' && fix.action.page === page;
  return (
    <div className="why-line" role="status">
      <span>
        <b>{isCertain ? TEXT.cause : TEXT.likelyCause}:</b> {cause} <span className="ada-quiet">{fix.text}</span>
      </span>
      {fix.action === null || leadsHere ? null : <FixButton action={fix.action} />}
    </div>
  );
}
