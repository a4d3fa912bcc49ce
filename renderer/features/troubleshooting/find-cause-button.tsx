import { Button } from '@mantine/core';
import { symptomOf } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { useShownHostId } from '../../stores/hosts.ts';
import { askWhyOfError } from '../../stores/troubleshooting.ts';
import type { ErrorHelp } from '../../ui/error-help.ts';
import { TEXT } from './text.ts';

/** Looks for the cause of an error; nothing where it is a sign of none of the symptoms. */
export function FindCauseButton({ error, at = null }: { readonly error: PanelError; readonly at?: number | null }) {
  const hostId = useShownHostId();
  if (hostId === null || symptomOf(error) === null) return null;
  return (
    <Button variant="default" style={{ flex: 'none' }} onClick={() => askWhyOfError(hostId, error, at)}>
      {TEXT.findCause}
    </Button>
  );
}

/** The button, for every error that the window shows. */
export const helpWithError: ErrorHelp = (error) => <FindCauseButton error={error} />;
