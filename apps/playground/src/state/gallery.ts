import type { RankedField, ReadWord } from '@kaleido/insight';
import type { Box } from '@kaleido/kaleido-patches';
import type { Alignment } from '@kaleido/layout';
import { type ReadonlySignal, signal } from '@preact/signals';

/** A garment of the bundled gallery. All of them are drawn by the atelier. */
export interface GalleryItem {
  readonly id: string;
  readonly caption: string;
  /** Address below the page. */
  readonly image: string;
  readonly category: string;
  readonly subcategory: string;
  readonly colour: string;
  /** Joint-space vectors, of length 1, of its photograph and its caption. */
  readonly imageVector: readonly number[];
  readonly captionVector: readonly number[];
}

export interface Gallery {
  readonly items: readonly GalleryItem[];
}

const loaded = signal<Gallery>({ items: [] });
const problem = signal<string | undefined>(undefined);

/** Empty until it is loaded. */
export const gallery: ReadonlySignal<Gallery> = loaded;
export const galleryProblem: ReadonlySignal<string | undefined> = problem;

export async function loadGallery(): Promise<void> {
  try {
    const response = await fetch(new URL('gallery/gallery.json', document.baseURI));
    if (response.ok) loaded.value = (await response.json()) as Gallery;
    else fail(`the server answers ${response.status}`);
  } catch (error) {
    fail(error instanceof SyntaxError ? 'it arrived damaged' : 'this device is offline, or the server does not answer');
  }
}

function fail(reason: string): void {
  problem.value = `The gallery could not be loaded: ${reason}. Reload the page, or add a photograph of your own.`;
}

/** Attention between words and patches in one layer, the mean of its heads. */
export interface KnownAttention {
  /** From 0. */
  readonly layer: number;
  readonly wordsLook: PackedShares;
  readonly patchesLook: PackedShares;
}

/** [W, 55] shares in a byte each. */
interface PackedShares {
  /** What 255 stands for. */
  readonly largest: number;
  /** In base64. */
  readonly bytes: string;
}

/** What was computed in advance for a garment with its own caption, to be shown until the model answers. */
export interface KnownAnswers {
  readonly width: number;
  readonly height: number;
  readonly box: Box;
  /** Probability of a match, 0..1, and dot product in the joint space. */
  readonly match: number;
  readonly similarity: number;
  /** [T] */
  readonly pieces: readonly string[];
  readonly words: readonly ReadWord[];
  /** [W] and [W, 55], see `nameWords` of `@kaleido/insight` */
  readonly probabilities: readonly number[];
  readonly relevance: readonly number[];
  readonly pairs: readonly Alignment[];
  readonly attention: KnownAttention;
  /** The caption that the captioner writes. */
  readonly written: string;
  /** The five likeliest classes of each field. */
  readonly tags: readonly RankedField[];
}

const known = signal<ReadonlyMap<string, KnownAnswers>>(new Map());
const asked = new Set<string>();

/** The known answers of a garment; undefined until they are loaded, and for others than those of the gallery. */
export function knownAnswers(id: string): KnownAnswers | undefined {
  if (!asked.has(id) && gallery.value.items.some((item) => item.id === id)) {
    asked.add(id);
    // Without them the page waits for the model: nothing to tell the visitor.
    fetch(new URL(`gallery/${id}.json`, document.baseURI))
      .then((response) => (response.ok ? (response.json() as Promise<KnownAnswers>) : undefined))
      .then((answers) => {
        if (answers !== undefined) known.value = new Map(known.value).set(id, answers);
      })
      .catch(() => asked.delete(id));
  }
  return known.value.get(id);
}
