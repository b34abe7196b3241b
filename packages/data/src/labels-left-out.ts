/** Counts labels that cannot be read: their products are kept without them, and one line says so at the end. */
export class LabelsLeftOut {
  readonly #found = new Map<string, { rows: number; readonly first: string }>();

  /** @param problem with the place, e.g. `row 7 of a.parquet has a value that is a list` */
  readonly add = (label: string, problem: string): void => {
    const found = this.#found.get(label) ?? { rows: 0, first: problem };
    found.rows++;
    this.#found.set(label, found);
  };

  /** @param where what was read, e.g. `split "train" of shop` */
  tell(where: string, onWarning: ((message: string) => void) | undefined): void {
    for (const [label, { rows, first }] of this.#found)
      onWarning?.(
        `@kaleido/data: ${where}: labels "${label}" are left out where they cannot be read (${rows} ${rows === 1 ? 'row' : 'rows'}, e.g. ${first})`,
      );
  }
}
