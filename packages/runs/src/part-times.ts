/** How long each part of a run took, for its report, including the time before an interruption. */
export class PartTimes {
  readonly #times: { part: string; seconds: number }[] = [];

  add(part: string, seconds: number): void {
    const known = this.#times.find((time) => time.part === part);
    if (known === undefined) this.#times.push({ part, seconds });
    else known.seconds += seconds;
  }

  async timed<Value>(part: string, work: () => Promise<Value>): Promise<Value> {
    const begun = performance.now();
    const value = await work();
    this.add(part, (performance.now() - begun) / 1000);
    return value;
  }

  /** In the order in which the parts began. */
  list(): { readonly part: string; readonly seconds: number }[] {
    return this.#times.map((time) => ({ ...time }));
  }

  /** The same, with a part that is still running. */
  with(part: string, seconds: number): { readonly part: string; readonly seconds: number }[] {
    const all = new PartTimes();
    for (const time of this.#times) all.add(time.part, time.seconds);
    all.add(part, seconds);
    return all.list();
  }
}
