import { Button, Group, Modal, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type RouteId, type RouteState, SWEEP_PARAMETERS, type SweepParameter } from '../../../../shared/capabilities/images/contract.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { SCHEDULERS } from '../../../../shared/image-graphs/rules.ts';
import { cellsOf } from '../../../../shared/image-graphs/sweep-cells.ts';
import { useHostBridge, useHostId } from '../../../stores/host-context.tsx';
import { type Draft, parametersOf } from '../../../stores/images.ts';
import { StatusWord } from '../../../ui/status-word.tsx';
import { useReturnFocus } from '../../../ui/use-return-focus.ts';
import { startForm } from '../runs/run-actions.ts';
import { type AxisForm, axisOf, isPicked, sweepOf, tooManyValues, useSweepForm, useSweepOpen } from './sweep-form.ts';
import { describeAxis, describeEstimate, describeImages, describeNoEstimate, SWEEP_TEXT, VALUES_EXAMPLE, VALUES_HINT } from './text.ts';

const NO_ROW = '';

export interface SweepDialogProps {
  readonly draft: Draft;
  readonly route: RouteId;
  /** Of the route; undefined while it is not known. */
  readonly state: RouteState | undefined;
}

/** Sets a sweep up; says how many images it makes and how long that takes before it starts. */
export function SweepDialog(props: SweepDialogProps) {
  const [isOpen] = useSweepOpen();
  return isOpen ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ draft, route, state }: SweepDialogProps) {
  useReturnFocus();
  const hostId = useHostId();
  const calls = useHostBridge();
  const [, setOpen] = useSweepOpen();
  const [form, setForm] = useSweepForm();
  const sweep = sweepOf(form);
  const base = parametersOf(draft);
  const { cells, problems } =
    sweep === null ? { cells: undefined, problems: [SWEEP_TEXT.noValues] } : cellsOf({ ...base, seed: base.seed ?? 0 }, sweep);
  const tooMany = sweep === null ? null : tooManyValues(sweep);
  const problem = base.prompt.trim() === '' ? SWEEP_TEXT.noPrompt : (tooMany ?? problems?.join(' ') ?? null);
  const estimate = useQuery({
    queryKey: ['images.estimate', hostId, cells],
    queryFn: () => calls.images.estimate([...(cells ?? [])]),
    enabled: problem === null && cells !== undefined,
    staleTime: 5_000,
  });
  const times = estimate.data;
  const start = (): void => {
    if (sweep === null || problem !== null) return;
    setOpen(false);
    startForm(hostId, route, base, sweep);
  };
  return (
    <Modal opened onClose={() => setOpen(false)} title={SWEEP_TEXT.title} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <Stack gap="sm">
          <p className="ada-quiet">{SWEEP_TEXT.intro}</p>
          <AxisFields
            label={SWEEP_TEXT.columns}
            valuesLabel={SWEEP_TEXT.columnValues}
            axis={form.x}
            other={form.y?.parameter ?? null}
            state={state}
            canBeNone={false}
            onChange={(x) => x !== null && setForm({ ...form, x })}
          />
          <AxisFields
            label={SWEEP_TEXT.rows}
            valuesLabel={SWEEP_TEXT.rowValues}
            axis={form.y}
            other={form.x.parameter}
            state={state}
            canBeNone
            onChange={(y) => setForm({ ...form, y })}
          />
          <div role="status" className="sweep-sum">
            {problem !== null || cells === undefined || sweep === null ? (
              <StatusWord tone="warning" word={problem ?? ''} quiet />
            ) : (
              <>
                <b className="ada-number">{describeImages(sweep.x.values.length, sweep.y?.values.length ?? 1)}</b>
                <span className="ada-quiet">
                  {times === undefined
                    ? estimate.error === null
                      ? SWEEP_TEXT.estimating
                      : describeNoEstimate(toPanelError(estimate.error).message)
                    : describeEstimate({
                        knownMs: times.reduce((sum: number, ms) => sum + (ms ?? 0), 0),
                        unknown: times.filter((ms) => ms === null).length,
                        total: times.length,
                      })}
                </span>
              </>
            )}
          </div>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={() => setOpen(false)}>
              {SWEEP_TEXT.cancel}
            </Button>
            <Button type="submit" variant="filled" size="sm" disabled={problem !== null}>
              {SWEEP_TEXT.start}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface AxisFieldsProps {
  readonly label: string;
  readonly valuesLabel: string;
  readonly axis: AxisForm | null;
  /** The parameter of the other axis, which this one cannot vary as well. */
  readonly other: SweepParameter | null;
  readonly state: RouteState | undefined;
  readonly canBeNone: boolean;
  readonly onChange: (axis: AxisForm | null) => void;
}

function AxisFields({ label, valuesLabel, axis, other, state, canBeNone, onChange }: AxisFieldsProps) {
  const names =
    axis?.parameter === 'model'
      ? (state?.models ?? []).filter((model) => !model.isMissing).map(({ name }) => name)
      : (state?.schedulers ?? SCHEDULERS);
  return (
    <div className="sweep-axis">
      <Select
        label={label}
        value={axis?.parameter ?? NO_ROW}
        allowDeselect={false}
        data={[
          ...(canBeNone ? [{ value: NO_ROW, label: SWEEP_TEXT.none }] : []),
          ...SWEEP_PARAMETERS.map((parameter) => ({ value: parameter, label: describeAxis(parameter), disabled: parameter === other })),
        ]}
        onChange={(value) => {
          const parameter = SWEEP_PARAMETERS.find((known) => known === value);
          onChange(parameter === undefined ? null : axisOf(parameter));
        }}
      />
      {axis === null ? null : isPicked(axis.parameter) ? (
        <MultiSelect
          label={valuesLabel}
          description={VALUES_HINT[axis.parameter]}
          searchable
          data={[...new Set(names)]}
          value={[...axis.picked]}
          onChange={(picked) => onChange({ ...axis, picked })}
        />
      ) : (
        <TextInput
          label={valuesLabel}
          description={VALUES_HINT[axis.parameter]}
          placeholder={VALUES_EXAMPLE[axis.parameter]}
          value={axis.typed}
          maxLength={2000}
          onChange={(event) => onChange({ ...axis, typed: event.currentTarget.value })}
        />
      )}
    </div>
  );
}
