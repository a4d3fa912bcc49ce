import './sweep.css';
import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import type { RunGroup, Sweep } from '../../../../shared/capabilities/images/contract.ts';
import { useHostBridge, useHostId } from '../../../stores/host-context.tsx';
import { addNotice, attempt } from '../../../stores/notices.ts';
import { useGroup, useRunsOf } from '../../../stores/runs.ts';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { MAX_COMPARED, openComparison } from '../compare/compare-store.ts';
import { useOpenSheet } from '../runs/picked-run.ts';
import { cancelRuns, retryRuns } from '../runs/run-actions.ts';
import { describeCompare, describeSweep, RUN_TEXT } from '../runs/text.ts';
import { imageOf, whyEmpty } from './cell-state.ts';
import { drawSheet } from './draw-sheet.ts';
import { SheetCellView } from './sheet-cell.tsx';
import { sheetText } from './sheet-layout.ts';
import { describeAxis, describeSaved, describeSheet, SWEEP_TEXT } from './text.ts';

/** The images of a sweep as a grid with its axes. */
export function SheetDialog() {
  const [groupId, open] = useOpenSheet();
  const group = useGroup(groupId);
  if (group === null || group.sweep === null) return null;
  return <Sheet group={group} sweep={group.sweep} onClose={() => open(null)} />;
}

function Sheet({ group, sweep, onClose }: { readonly group: RunGroup; readonly sweep: Sweep; readonly onClose: () => void }) {
  const hostId = useHostId();
  const calls = useHostBridge();
  const runs = useRunsOf(group);
  const [selected, setSelected] = useState<readonly number[]>([]);
  const [isSaving, setSaving] = useState(false);
  useReturnFocus();
  const images = runs.map(imageOf);
  const done = images.filter((image) => image !== null);
  const chosen = selected.flatMap((cell) => images[cell] ?? []);
  const columns = sweep.x.values.length;
  const base = runs.find((run) => run !== null)?.parameters;
  const title = describeSweep(sweep.x.parameter, sweep.y?.parameter ?? null);
  const open = runs.flatMap((run) => (run !== null && (run.phase.kind === 'waiting' || run.phase.kind === 'running') ? [run.runId] : []));
  const toggle = (cell: number): void =>
    setSelected((before) => (before.includes(cell) ? before.filter((one) => one !== cell) : [...before, cell].slice(-MAX_COMPARED)));
  const save = async (): Promise<void> => {
    if (base === undefined) return;
    setSaving(true);
    try {
      const png = await drawSheet({ sweep, cells: runs.map((run) => imageOf(run) ?? whyEmpty(run)), title: base.prompt });
      const { savedTo } = await calls.images.saveSheet({ png, text: sheetText(sweep, base) });
      if (savedTo !== null) addNotice('good', describeSaved(savedTo));
    } finally {
      setSaving(false);
    }
  };
  const rows: readonly (string | null)[] = sweep.y?.values ?? [null];
  return (
    <Modal opened fullScreen onClose={onClose} title={title}>
      <div className="sheet-tools">
        <span className="ada-quiet" role="status">
          {describeSheet(done.length, group.runIds.length)}.{' '}
          {open.length > 0 ? SWEEP_TEXT.unfinished : done.length < group.runIds.length ? SWEEP_TEXT.partial : SWEEP_TEXT.selectHint}
        </span>
        <Group gap="xs">
          {open.length === 0 ? null : (
            <Button size="compact-sm" variant="default" onClick={() => cancelRuns(hostId, open)}>
              {RUN_TEXT.cancelSweep}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            disabled={chosen.length === 1 || (chosen.length === 0 && (done.length < 2 || done.length > MAX_COMPARED))}
            onClick={() => openComparison(chosen.length > 1 ? chosen : done)}
          >
            {chosen.length === 0 ? SWEEP_TEXT.compareAll : describeCompare(chosen.length)}
          </Button>
          <Button size="compact-sm" variant="filled" loading={isSaving} disabled={done.length === 0} onClick={() => attempt(save)}>
            {SWEEP_TEXT.save}
          </Button>
        </Group>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by keyboard */}
      <section className="sheet-frame" aria-label={title} tabIndex={0}>
        <table className="sheet" style={{ width: '100%', ...{ '--sheet-rows': rows.length } }}>
          <thead>
            <tr>
              {sweep.y === null ? null : <td />}
              {sweep.x.values.map((value) => (
                <th key={value} scope="col">
                  <span className="ada-quiet">{describeAxis(sweep.x.parameter)}</span> <span dir="auto">{value}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((value, row) => (
              <tr key={value ?? ''}>
                {value === null || sweep.y === null ? null : (
                  <th scope="row">
                    <span className="ada-quiet">{describeAxis(sweep.y.parameter)}</span> <span dir="auto">{value}</span>
                  </th>
                )}
                {sweep.x.values.map((column, at) => {
                  const cell = row * columns + at;
                  const run = runs[cell] ?? null;
                  return (
                    <td key={column}>
                      <SheetCellView
                        run={run}
                        label={[
                          `${describeAxis(sweep.x.parameter)} ${column}`,
                          ...(value === null || sweep.y === null ? [] : [`${describeAxis(sweep.y.parameter)} ${value}`]),
                        ].join(', ')}
                        isSmall={group.runIds.length > 16}
                        isSelected={selected.includes(cell)}
                        onSelect={() => toggle(cell)}
                        onRetry={() => run !== null && retryRuns(hostId, [run.runId])}
                      />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Modal>
  );
}
