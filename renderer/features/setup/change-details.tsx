import { Button, CopyButton } from '@mantine/core';
import type { SetupChange } from '../../../shared/capabilities/setup/contract.ts';
import { DiffLines, type MarkedLine } from '../../ui/diff-lines.tsx';
import { describeLongStep, describeWait, TEXT } from './text.ts';

const linesOf = (text: string): readonly MarkedLine[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => ({ mark: ' ', text: line }));

/** One thing that a step does: an exact command, a difference of a file, what is deleted or waited for. */
export function ChangeDetails({ change }: { readonly change: SetupChange }) {
  switch (change.kind) {
    case 'command':
      return <code className="ada-code setup-code">{change.command}</code>;
    case 'long':
      return (
        <>
          <code className="ada-code setup-code">{change.command}</code>
          <p className="setup-step-note ada-quiet">{describeLongStep(change.unit)}</p>
        </>
      );
    case 'remove':
      return (
        <p className="setup-step-note">
          {TEXT.deletes} <code>{change.path}</code>
        </p>
      );
    case 'wait':
      return <p className="setup-step-note">{describeWait(change.url, change.withinS)}</p>;
    case 'wanted':
      return (
        <div>
          <p className="setup-step-note">
            <code>{change.path}</code> <span className="ada-quiet">{`${TEXT.wantedFile} · ${change.attributes}`}</span>{' '}
            <CopyButton value={change.text}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="subtle" onClick={copy}>
                  {copied ? TEXT.copied : TEXT.copyFile}
                </Button>
              )}
            </CopyButton>
          </p>
          <DiffLines label={`${TEXT.wantedFile}: ${change.path}`} lines={linesOf(change.text)} />
        </div>
      );
    case 'file':
      return (
        <div>
          <p className="setup-step-note">
            <code>{change.path}</code>{' '}
            <span className="ada-quiet">{`${change.isNew ? TEXT.newFile : TEXT.changedFile} · ${change.attributes}`}</span>
          </p>
          {change.diff === null ? (
            <p className="setup-step-note ada-quiet">{TEXT.secretFile}</p>
          ) : change.diff.length === 0 ? (
            <p className="setup-step-note ada-quiet">{TEXT.noTextChange}</p>
          ) : (
            <DiffLines label={`${TEXT.changedLines}: ${change.path}`} lines={change.diff} />
          )}
        </div>
      );
  }
}
