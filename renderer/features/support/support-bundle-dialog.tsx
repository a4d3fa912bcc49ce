import { Button, Checkbox, Group, Loader, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BundleDraft, BundleFile } from '../../../shared/capabilities/support/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import { bridgeOf } from '../../bridge.ts';
import { addErrorNotice, addNotice } from '../../stores/notices.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import './support-bundle.css';
import { describeChosen, describeInclude, describeSaved, describeShow, GROUP_WORDS, TEXT } from './text.ts';
import { useBundle } from './use-bundle.ts';

/** Shows what a support bundle would hold, file by file, before it is saved. */
export function SupportBundleDialog({ hostId, onClose }: { readonly hostId: string; readonly onClose: () => void }) {
  useReturnFocus();
  const { draft, isBusy, error, prepare, render } = useBundle(hostId);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<string | null>(null);
  const [asked, setAsked] = useState<boolean | null>(null);
  const [isSaving, setSaving] = useState(false);
  const files = draft?.files ?? [];
  const chosen = files.filter(({ path }) => !leftOut.has(path));

  const save = async (from: BundleDraft): Promise<void> => {
    setSaving(true);
    try {
      const result = await bridgeOf(hostId).support.save({ id: from.id, leaveOut: [...leftOut] });
      if (result.savedTo === null) return;
      addNotice('good', describeSaved(result.files, result.bytes, result.savedTo));
      onClose();
    } catch (thrown) {
      addErrorNotice(thrown);
    } finally {
      setSaving(false);
    }
  };
  const toggle = (path: string, isIncluded: boolean): void =>
    setLeftOut((before) => {
      const next = new Set(before);
      if (isIncluded) next.delete(path);
      else next.add(path);
      return next;
    });

  return (
    <Modal opened onClose={onClose} title={TEXT.title} size={1100}>
      <p className="ada-quiet">{TEXT.about}</p>
      {error === null ? null : <ErrorNotice error={error} />}
      {draft === null ? (
        isBusy ? (
          <p role="status">
            <Loader size="xs" mr={8} />
            {TEXT.reading}
          </p>
        ) : null
      ) : (
        <div className="ada-bundle">
          <section aria-label={TEXT.files} className="ada-bundle-list">
            <ul className="ada-bundle-files">
              {files.map((file) => (
                <FileRow
                  key={file.path}
                  file={file}
                  isIncluded={!leftOut.has(file.path)}
                  isShown={file.path === shown}
                  onToggle={(isIncluded) => toggle(file.path, isIncluded)}
                  onShow={() => setShown(file.path)}
                />
              ))}
            </ul>
            {draft.missing.length === 0 ? null : (
              <details className="ada-bundle-missing">
                <summary>
                  {TEXT.missing}: {draft.missing.length}
                </summary>
                <ul>
                  {draft.missing.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </details>
            )}
          </section>
          <Preview hostId={hostId} draft={draft} path={shown ?? files[0]?.path ?? null} />
        </div>
      )}
      <Group justify="space-between" mt="md" align="end">
        <Checkbox
          label={TEXT.withPrompts}
          description={TEXT.withPromptsHint}
          // What was asked for, until the files show what is in them.
          checked={isBusy && asked !== null ? asked : (draft?.hasPrompts ?? false)}
          disabled={draft === null || isBusy}
          onChange={(event) => {
            setAsked(event.currentTarget.checked);
            render(event.currentTarget.checked);
          }}
        />
        <Group ml="auto">
          <span className="ada-quiet ada-number">
            {draft === null
              ? ''
              : describeChosen(
                  chosen.length,
                  files.length,
                  chosen.reduce((sum, { bytes }) => sum + bytes, 0),
                )}
          </span>
          <Button variant="subtle" disabled={isBusy} onClick={() => prepare(draft?.hasPrompts ?? false)}>
            {TEXT.refresh}
          </Button>
          <Button variant="default" onClick={onClose}>
            {TEXT.close}
          </Button>
          <Button
            variant="filled"
            loading={isSaving}
            disabled={draft === null || isBusy || chosen.length === 0}
            onClick={() => (draft === null ? undefined : void save(draft))}
          >
            {TEXT.save}
          </Button>
        </Group>
      </Group>
    </Modal>
  );
}

interface FileRowProps {
  readonly file: BundleFile;
  readonly isIncluded: boolean;
  readonly isShown: boolean;
  readonly onToggle: (isIncluded: boolean) => void;
  readonly onShow: () => void;
}

function FileRow({ file, isIncluded, isShown, onToggle, onShow }: FileRowProps) {
  return (
    <li className="ada-bundle-file" data-shown={isShown || undefined}>
      <Checkbox
        size="xs"
        aria-label={describeInclude(file.path)}
        checked={isIncluded}
        onChange={(event) => onToggle(event.currentTarget.checked)}
      />
      <button type="button" className="ada-bundle-name" aria-label={describeShow(file.path)} aria-pressed={isShown} onClick={onShow}>
        <span className="ada-mono">{file.path}</span>
        <span className="ada-quiet">
          {GROUP_WORDS[file.group]} · {file.about}
        </span>
      </button>
      <span className="ada-quiet ada-number">{formatBytes(file.bytes)}</span>
    </li>
  );
}

function Preview({ hostId, draft, path }: { readonly hostId: string; readonly draft: BundleDraft; readonly path: string | null }) {
  const { data, error } = useQuery({
    queryKey: ['support.preview', draft.id, draft.hasPrompts, path],
    queryFn: () => bridgeOf(hostId).support.preview({ id: draft.id, path: path ?? '' }),
    enabled: path !== null,
    gcTime: 0,
    retry: false,
  });
  return (
    <section aria-label={TEXT.preview} className="ada-bundle-preview">
      {error === null ? null : <ErrorNotice error={toPanelError(error)} />}
      {data?.isCut === true ? <p className="ada-quiet">{TEXT.previewCut}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling text must be reachable by keyboard */}
      <pre className="ada-code" tabIndex={0}>
        {data?.text ?? ''}
      </pre>
    </section>
  );
}
