import { Button, type ButtonProps } from '@mantine/core';
import { IconLifebuoy } from '@tabler/icons-react';
import { useState } from 'react';
import { useHostId } from '../../stores/host-context.tsx';
import { usePageIntent } from '../../stores/view.ts';
import { SupportBundleDialog } from './support-bundle-dialog.tsx';
import { TEXT } from './text.ts';

export interface SupportBundleButtonProps extends Pick<ButtonProps, 'variant' | 'size'> {
  /** The page intent that presses it. */
  readonly intent?: string;
}

/** Opens the dialog that creates a support bundle of the host of the component. */
export function SupportBundleButton({ intent, ...button }: SupportBundleButtonProps) {
  const hostId = useHostId();
  const [isOpen, setOpen] = useState(false);
  usePageIntent(intent === undefined || hostId === null ? {} : { [intent]: () => setOpen(true) });
  return (
    <>
      <Button
        {...button}
        leftSection={<IconLifebuoy size={15} aria-hidden />}
        disabled={hostId === null}
        title={hostId === null ? TEXT.noHost : TEXT.about}
        onClick={() => setOpen(true)}
      >
        {TEXT.create}
      </Button>
      {isOpen && hostId !== null ? <SupportBundleDialog hostId={hostId} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
