import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import { IconPhotoUp, IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import type { ImportedParameters } from '../../../shared/capabilities/gallery/contract.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useHostProfile } from '../../stores/hosts.ts';
import { usePageIntent } from '../../stores/view.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { applyImported, receiveImported, useImported } from './gallery/imported.ts';
import { type ImportPlan, modelsOfRoutes, planImport } from './gallery/plan-import.ts';
import { describeApplied, describeMissingOnHost, describeUnknownOnHost, GALLERY_TEXT } from './gallery/text.ts';
import { describeImport, TEXT } from './text.ts';
import { importFrom } from './use-image-import.ts';
import { useRoutes } from './use-routes.ts';

/** Opens an image file and offers its parameters for the form. */
export function ImportButton() {
  const hostId = useHostId();
  const input = useRef<HTMLInputElement>(null);
  usePageIntent({ import: () => input.current?.click() });
  return (
    <>
      <Tooltip label={GALLERY_TEXT.fromImageTip} multiline maw={260}>
        <Button size="xs" variant="default" leftSection={<IconPhotoUp size={14} aria-hidden />} onClick={() => input.current?.click()}>
          {TEXT.fromImage}
        </Button>
      </Tooltip>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/webp,.png,.jpg,.jpeg,.webp"
        hidden
        aria-hidden
        tabIndex={-1}
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files !== null && files.length > 0) void importFrom(hostId, files);
          // An unchanged value fires no change event when the same file is picked again.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

/** What a dropped, pasted or picked image says: first what would change, then, once applied, what of it could not be used. */
export function ImportNotice() {
  const { imported, isApplied } = useImported();
  const models = modelsOfRoutes(useRoutes());
  const hostLabel = useHostProfile()?.label ?? '';
  if (imported === null) return null;
  const plan = planImport(imported, models);
  const isComplete = imported.source !== null && imported.notUsed.length === 0 && plan.missingModel === null;
  return (
    <div className="play-import" role="status">
      <div className="play-import-head">
        <StatusWord
          tone={isComplete ? 'good' : 'warning'}
          word={isApplied ? describeApplied(imported.source ?? '') : describeImport(imported)}
          quiet
        />
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={TEXT.importDismiss} onClick={() => receiveImported(null)}>
          <IconX size={13} aria-hidden />
        </ActionIcon>
      </div>
      {imported.source === null || isApplied ? null : <Values plan={plan} />}
      {plan.missingModel === null ? null : <p className="play-import-label">{describeMissingOnHost(plan.missingModel, hostLabel)}</p>}
      {plan.isModelUnknown && !isApplied ? <p className="play-import-label ada-quiet">{describeUnknownOnHost(hostLabel)}</p> : null}
      <NotUsed imported={imported} />
      {imported.source === null || isApplied ? null : (
        <Group gap={6} mt={8}>
          <Button size="compact-sm" variant="filled" autoFocus onClick={() => applyImported(imported, plan)}>
            {GALLERY_TEXT.apply}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => receiveImported(null)}>
            {GALLERY_TEXT.cancel}
          </Button>
        </Group>
      )}
    </div>
  );
}

function Values({ plan }: { readonly plan: ImportPlan }) {
  return (
    <dl className="play-import-values" aria-label={GALLERY_TEXT.importValues}>
      {plan.values.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function NotUsed({ imported: { source, notUsed } }: { readonly imported: ImportedParameters }) {
  if (notUsed.length === 0) return null;
  return (
    <>
      {source === null ? null : <p className="play-import-label ada-quiet">{TEXT.importNotUsed}</p>}
      <ul aria-label={TEXT.importLabel}>
        {notUsed.map((words) => (
          <li key={words} dir="auto">
            {words}
          </li>
        ))}
      </ul>
    </>
  );
}
