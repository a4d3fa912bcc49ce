import { Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { symptomOf } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { HostProvider } from '../../stores/host-context.tsx';
import { useShownHostId } from '../../stores/hosts.ts';
import { askWhyOfError } from '../../stores/troubleshooting.ts';
import type { ErrorHelp } from '../../ui/error-help.ts';
import { TEXT } from './text.ts';

const CauseLine = lazy(async () => ({ default: (await import('./cause-line.tsx')).CauseLine }));

/** Looks for the cause of an error; nothing where it is a sign of none of the symptoms. */
export function FindCauseButton({
  error,
  at = null,
  size = 'xs',
}: {
  readonly error: PanelError;
  readonly at?: number | null;
  readonly size?: 'xs' | 'compact-xs';
}) {
  const hostId = useShownHostId();
  if (hostId === null || symptomOf(error) === null) return null;
  return (
    <Button variant="default" size={size} style={{ flex: 'none' }} onClick={() => askWhyOfError(hostId, error, at)}>
      {TEXT.findCause}
    </Button>
  );
}

/** The cause of a 503, found without a click; nothing for other errors. */
function CauseOfError({ error }: { readonly error: PanelError }) {
  const hostId = useShownHostId();
  if (hostId === null || symptomOf(error) !== 'gateway-503' || !error.code.startsWith('gateway-')) return null;
  return (
    // Errors are also shown where no page is around them, as in the list of notices.
    <HostProvider hostId={hostId}>
      <Suspense fallback={<p className="ada-quiet">{TEXT.lookingShort}</p>}>
        <CauseLine error={error} />
      </Suspense>
    </HostProvider>
  );
}

/** The button, and for a 503 its cause, for every error that the window shows. */
export const helpWithError = (error: PanelError): ErrorHelp => ({
  button: (size) => <FindCauseButton error={error} size={size} />,
  cause: <CauseOfError error={error} />,
});
