import { blankUnit, type LabUnit } from './lab-unit.ts';
import type { UnitFiles } from './unit-files.ts';

/** The units that the manager knows: those with a file, and transient ones. */
export class LoadedUnits {
  readonly byName = new Map<string, LabUnit>();
  readonly #files: UnitFiles;

  constructor(files: UnitFiles) {
    this.#files = files;
    this.readFiles();
  }

  /** The unit of a name. Units that nothing refers to are not kept loaded, so that their file is read each time (systemd.unit(5), "Unit garbage collection"). */
  find(name: string): LabUnit | undefined {
    const unit = this.byName.get(name);
    if (unit !== undefined && !this.#isUnreferenced(unit)) return unit;
    if (this.#files.load(name) === null) this.byName.delete(name);
    else this.#readFile(name);
    return this.byName.get(name);
  }

  /** Whether the file of a unit is another one than the manager has read. */
  isOutdated(unit: LabUnit): boolean {
    return unit.text !== null && (this.#files.load(unit.definition.name)?.text ?? null) !== unit.text;
  }

  /** Units that require this unit. */
  requiredBy(name: string): readonly LabUnit[] {
    return [...this.byName.values()].filter((unit) => unit.definition.requires.includes(name));
  }

  /** Units that do not run beside this one. */
  conflicting({ definition }: LabUnit): readonly LabUnit[] {
    return [...this.byName.values()].filter(
      (other) => definition.conflicts.includes(other.definition.name) || other.definition.conflicts.includes(definition.name),
    );
  }

  /** Unloads a transient unit, which has no file to be loaded from again. */
  forgetTransient(unit: LabUnit): void {
    if (unit.text === null) this.byName.delete(unit.definition.name);
  }

  /** Reads all unit files again; a unit at rest whose file is gone is unloaded. */
  readFiles(): void {
    for (const name of this.#files.names()) this.#readFile(name);
    for (const unit of this.byName.values()) {
      const isGone = unit.text !== null && this.#files.load(unit.definition.name) === null;
      if (isGone && unit.mainPid === 0) this.byName.delete(unit.definition.name);
    }
  }

  /** The state before the first start of each unit. */
  reset(): void {
    for (const unit of this.byName.values()) {
      unit.kill();
      if (unit.text === null) this.byName.delete(unit.definition.name);
      else Object.assign(unit, blankUnit(unit.definition, unit.text, unit.unitFileState));
    }
    this.readFiles();
  }

  #isUnreferenced(unit: LabUnit): boolean {
    const { text, activeState, unitFileState, definition } = unit;
    return text !== null && activeState === 'inactive' && unitFileState !== 'enabled' && this.requiredBy(definition.name).length === 0;
  }

  #readFile(name: string): void {
    const loaded = this.#files.load(name);
    if (loaded === null) return;
    const { definition, text } = loaded;
    const state = this.#files.isEnabled(definition) ? 'enabled' : definition.wantedBy.length === 0 ? 'static' : 'disabled';
    const unit = this.byName.get(name);
    if (unit === undefined) this.byName.set(name, blankUnit(definition, text, state));
    else Object.assign(unit, { definition, text, unitFileState: state });
  }
}
