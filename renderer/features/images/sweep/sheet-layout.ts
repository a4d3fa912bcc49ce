import type { ImageParameters, Sweep } from '../../../../shared/capabilities/images/contract.ts';
import { PARAMETER_TEXT } from '../runs/text.ts';

const GAP_PX = 8;
const MARGIN_PX = 16;
const TITLE_PX = 44;
const COLUMN_LABEL_PX = 34;
const ROW_LABEL_PX = 150;
/** What canvases and viewers take for certain. */
const MAX_SIDE_PX = 8192;
const MAX_PIXELS = 40_000_000;

export interface SheetLayout {
  readonly width: number;
  readonly height: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Left top corner of a cell. */
  cellAt(column: number, row: number): { readonly x: number; readonly y: number };
  readonly titleY: number;
  readonly columnLabelY: number;
  readonly rowLabelX: number;
  /** Width of the labels of the rows; 0 = there are none. */
  readonly rowLabelWidth: number;
}

/** Places the cells of a sheet; cells are drawn smaller than their images where the sheet would become too large. Sizes in pixels. */
export function sheetLayout(o: {
  readonly columns: number;
  readonly rows: number;
  readonly hasRowLabels: boolean;
  readonly image: { readonly width: number; readonly height: number };
}): SheetLayout {
  const { columns, rows, image } = o;
  const rowLabelWidth = o.hasRowLabels ? ROW_LABEL_PX : 0;
  const left = MARGIN_PX + rowLabelWidth;
  const top = MARGIN_PX + TITLE_PX + COLUMN_LABEL_PX;
  const around = { width: left + MARGIN_PX + (columns - 1) * GAP_PX, height: top + MARGIN_PX + (rows - 1) * GAP_PX };
  const scale = Math.min(
    1,
    (MAX_SIDE_PX - around.width) / (columns * image.width),
    (MAX_SIDE_PX - around.height) / (rows * image.height),
    Math.sqrt(MAX_PIXELS / (columns * image.width * rows * image.height)),
  );
  const cellWidth = Math.max(1, Math.floor(image.width * scale));
  const cellHeight = Math.max(1, Math.floor(image.height * scale));
  return {
    width: around.width + columns * cellWidth,
    height: around.height + rows * cellHeight,
    cellWidth,
    cellHeight,
    cellAt: (column, row) => ({ x: left + column * (cellWidth + GAP_PX), y: top + row * (cellHeight + GAP_PX) }),
    titleY: MARGIN_PX + TITLE_PX / 2,
    columnLabelY: MARGIN_PX + TITLE_PX + COLUMN_LABEL_PX / 2,
    rowLabelX: MARGIN_PX,
    rowLabelWidth,
  };
}

/** What the sheet's PNG says about itself, in words for people and other programs. */
export function sheetText(sweep: Sweep, base: ImageParameters): string {
  const axes = [sweep.x, ...(sweep.y === null ? [] : [sweep.y])];
  const varied = new Set<string>(axes.map(({ parameter }) => parameter));
  const facts: readonly (readonly [string, string | number | null, string])[] = [
    ['steps', base.steps, 'Steps'],
    ['guidance', base.guidance, 'CFG scale'],
    ['seed', base.seed, 'Seed'],
    ['size', `${base.width}x${base.height}`, 'Size'],
    ['model', base.model, 'Model'],
    ['scheduler', base.scheduler, 'Sampler'],
  ];
  const fixed = facts.flatMap(([id, value, name]) => (varied.has(id) || value === null ? [] : [`${name}: ${value}`]));
  return [
    base.prompt,
    ...(base.negativePrompt === '' ? [] : [`Negative prompt: ${base.negativePrompt}`]),
    fixed.join(', '),
    ...axes.map(
      ({ parameter, values }, index) => `${index === 0 ? 'Columns' : 'Rows'}: ${PARAMETER_TEXT[parameter]} = ${values.join(' | ')}`,
    ),
  ].join('\n');
}
