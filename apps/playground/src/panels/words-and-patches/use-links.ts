import type { NamedWords, ReadCaption, ReadWord, TogetherRead } from '@kaleido/insight';
import type { Alignment } from '@kaleido/layout';
import { useMemo } from 'preact/hooks';
import { useAnswer } from '../../engine/use-answer.ts';
import type { KnownAnswers, KnownAttention } from '../../state/gallery.ts';
import { knownOf, type Product, viewName, viewOf } from '../../state/product.ts';
import {
  alignmentLinks,
  attentionLinks,
  knownAttentionLinks,
  type LinkSource,
  type Links,
  type Looking,
  type NamedRows,
  namingLinks,
} from './links.ts';

/** The caption as the model reads it. */
export interface CaptionAnswer {
  /** Undefined until the current caption is read. */
  readonly words: readonly ReadWord[] | undefined;
  /** Characters that did not fit. */
  readonly cut: number;
  readonly error: string | undefined;
}

export function useCaption(product: Product): CaptionAnswer {
  const { caption } = product;
  const known = knownOf(product);
  const { value, error } = useAnswer<Pick<ReadCaption, 'caption' | 'words' | 'cut'>>(
    `words ${caption}`,
    (api) => api.readCaption(caption),
    known === undefined ? undefined : { caption, words: known.words, cut: 0 },
  );
  const isOwn = value?.caption === caption;
  return { words: isOwn ? value.words : undefined, cut: isOwn ? value.cut : 0, error };
}

/** What a source answers, and the question it belongs to. */
type SourceAnswer = { readonly question: string } & (
  | { readonly kind: 'alignment'; readonly pairs: readonly Alignment[] }
  | { readonly kind: 'attention'; readonly read: TogetherRead }
  | { readonly kind: 'known attention'; readonly attention: KnownAttention }
  | { readonly kind: 'naming'; readonly named: NamedRows }
);

export interface LinksAnswer {
  /** Undefined until the current question is answered. */
  readonly links: Links | undefined;
  /** By naming: the words that were masked in turn, with their probabilities. */
  readonly named: NamedRows | undefined;
  readonly error: string | undefined;
}

/** The links of a product's words and patches by a source. */
export function useLinks(
  product: Product,
  words: readonly ReadWord[] | undefined,
  source: LinkSource,
  { layer, head }: Looking,
): LinksAnswer {
  const { caption } = product;
  const kind = source === 'alignment' || source === 'naming' ? source : 'attention';
  const question = `${kind} ${viewName(product)} ${caption}`;
  const isEmpty = words?.length === 0;
  const known = knownOf(product);
  const { value, error } = useAnswer<SourceAnswer>(
    isEmpty ? undefined : question,
    async (api) => {
      const view = viewOf(product);
      if (kind === 'alignment') return { kind, question, pairs: await api.align(view, caption) };
      if (kind === 'attention') return { kind, question, read: await api.read(view, caption) };
      return { kind, question, named: rowsOf(await api.name(view, caption)) };
    },
    known === undefined ? undefined : knownAnswer(known, kind, question),
  );
  const answer = value?.question === question ? value : undefined;
  const links = useMemo(() => {
    if (words === undefined || answer === undefined) return undefined;
    if (answer.kind === 'alignment') return alignmentLinks(words, answer.pairs);
    if (answer.kind === 'naming') return namingLinks(words, answer.named);
    const way = source === 'patches-look' ? source : 'words-look';
    if (answer.kind === 'attention') return attentionLinks(words, answer.read, { layer, head }, way);
    return knownAttentionLinks(words, answer.attention, { layer, head }, way);
  }, [words, answer, source, layer, head]);
  return { links, named: answer?.kind === 'naming' ? answer.named : undefined, error };
}

function knownAnswer(known: KnownAnswers, kind: 'alignment' | 'attention' | 'naming', question: string): SourceAnswer {
  if (kind === 'alignment') return { kind, question, pairs: known.pairs };
  if (kind === 'attention') return { kind: 'known attention', question, attention: known.attention };
  return { kind, question, named: known };
}

function rowsOf({ caption, probabilities, relevance }: NamedWords): NamedRows {
  return { words: caption.words, probabilities, relevance };
}
