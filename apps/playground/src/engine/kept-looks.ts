import type { Look } from '@kaleido/pipeline';

/** A photograph that was looked at. Its pixels are not kept: those of a camera are 36 MB and more. */
export type KeptLook = Omit<Look, 'image'> & { readonly width: number; readonly height: number };

/** @param look as the model gives it */
export function withoutPixels({ image: { width, height }, ...look }: Look): KeptLook {
  return { ...look, width, height };
}

/** Photographs that stay looked at. */
const mostLooks = 64;
/** Bytes of their vectors and masks: 74 vectors take 265 kB with the bundled model, the mask of a camera's photograph 12 MB. */
const mostBytes = 128 * 2 ** 20;

/** The newest looks, by their names. Older ones are forgotten, and made again when they are asked for. */
export class KeptLooks {
  readonly #looks = new Map<string, { readonly made: Promise<KeptLook>; bytes: number }>();
  readonly #most: { readonly looks: number; readonly bytes: number };

  constructor(most = { looks: mostLooks, bytes: mostBytes }) {
    this.#most = most;
  }

  /** The kept look, or a new one. One that failed is not kept. */
  get(name: string, look: () => Promise<Look>): Promise<KeptLook> {
    const kept = this.#looks.get(name) ?? { made: look().then(withoutPixels), bytes: 0 };
    const isNew = this.#looks.delete(name) === false;
    this.#looks.set(name, kept);
    if (isNew)
      kept.made.then(
        ({ slots, mask, batch }) => {
          kept.bytes =
            slots.byteLength + batch.features.byteLength + batch.positions.byteLength + (mask?.byteLength ?? 0);
          this.#forget();
        },
        () => {
          if (this.#looks.get(name) === kept) this.#looks.delete(name);
        },
      );
    return kept.made;
  }

  /** Forgets the oldest until the others are few and small enough; the newest stays. */
  #forget(): void {
    let bytes = [...this.#looks.values()].reduce((sum, kept) => sum + kept.bytes, 0);
    for (const [name, kept] of this.#looks) {
      const isFine = this.#looks.size <= this.#most.looks && bytes <= this.#most.bytes;
      if (isFine || this.#looks.size === 1) return;
      this.#looks.delete(name);
      bytes -= kept.bytes;
    }
  }
}
