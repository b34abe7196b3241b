import type { Evaluation, FullRetrievalFigures } from '../evaluation.ts';
import type { Recalls } from '../ranking/retrieval-recalls.ts';
import { type EvaluationPage, type EvaluationPart, evaluationPage } from './evaluation-page.ts';
import { count } from './format.ts';
import { type Card, cardList } from './headline-cards.ts';
import { type Html, html } from './html.ts';
import { publishedTable } from './published-retrieval.ts';
import type { RetrievalExample } from './report-data.ts';
import { chanceOfRetrieval, retrievalExamples, retrievalTable, scorersOf } from './retrieval-section.ts';
import { curveOverBest, stageTable } from './two-stage-section.ts';

/** Retrieval in candidate lists, or over the full set. */
export interface RetrievalPage extends EvaluationPage {
  readonly dataSet: string;
  readonly measured:
    | {
        readonly kind: 'lists';
        readonly retrieval: NonNullable<Evaluation['retrieval']>;
        /** Candidates per list; undefined if lists differ. */
        readonly candidates: number | undefined;
      }
    | { readonly kind: 'full'; readonly fullRetrieval: FullRetrievalFigures };
  /** The worst queries, with what ranks above the right answer. */
  readonly failures: readonly RetrievalExample[];
}

/**
 * The page of a retrieval: figures beside chance and published ones with their protocol, and the worst queries. One HTML
 * file without other files, network or scripts; the same data give the same bytes.
 * @throws KaleidoError if a picture is not an image's `data:` URI
 */
export function renderRetrieval({ dataSet, measured, failures, ...rest }: RetrievalPage): string {
  const { cards, parts, queries, candidates, recalls } =
    measured.kind === 'lists' ? ofLists(measured) : ofFullSet(measured);
  return evaluationPage(
    rest,
    cardList(cards),
    [
      ...parts,
      {
        id: 'published',
        title: 'Published figures',
        content: publishedTable({ recalls, dataSet, candidates, queries }),
      },
      { id: 'failures', title: 'Failures', content: failures.length > 0 && failureList(failures) },
    ],
    ownStyle,
  );
}

const ownStyle = `
.figures tbody th small { display: block; margin-left: 0; }
.published td.text { max-width: 220px; }
`;

interface Contents {
  readonly cards: readonly Card[];
  readonly parts: readonly EvaluationPart[];
  readonly queries: string;
  readonly candidates: string;
  readonly recalls: Parameters<typeof publishedTable>[0]['recalls'];
}

function ofLists({ retrieval, candidates }: Extract<RetrievalPage['measured'], { readonly kind: 'lists' }>): Contents {
  const chance = candidates === undefined ? undefined : chanceOfRetrieval(candidates).sumR;
  const queriesOf = retrieval.files.map(
    ({ queries }) => `${count(queries.imageToText)} + ${count(queries.textToImage)}`,
  );
  const lists = retrieval.files.length === 1 ? '' : `, ${retrieval.files.length} times`;
  return {
    cards: scorersOf(retrieval).map(({ name, standard, result }) => ({
      label: `SumR, ${name}`,
      value: result.sumR,
      deviation: result.standardDeviation?.sumR,
      unit: 'of 600',
      best: 600,
      chance,
      remark: standard ? 'default scorer' : undefined,
    })),
    parts: [{ id: 'figures', title: 'Figures', content: retrievalTable(retrieval, candidates) }],
    queries: `${[...new Set(queriesOf)].join(', ')}${lists}`,
    candidates: candidates === undefined ? 'several' : count(candidates),
    recalls: sixOf(retrieval.imageToText, retrieval.textToImage),
  };
}

function ofFullSet({ fullRetrieval }: Extract<RetrievalPage['measured'], { readonly kind: 'full' }>): Contents {
  const { images, texts, firstStage, matchingAlone, imageToText, textToImage, sumR } = fullRetrieval;
  const chance = chanceOfRetrieval(texts).sumR / 2 + chanceOfRetrieval(images).sumR / 2;
  const card = (label: string, value: number, remark?: string): Card => ({
    ...{ label, value, unit: 'of 600', best: 600, chance, remark },
  });
  return {
    cards: [
      card('SumR, two stages', sumR),
      card('SumR, first stage alone', firstStage.sumR),
      card('SumR, matching head alone', matchingAlone.sumR),
    ],
    parts: [
      { id: 'figures', title: 'Figures', content: stageTable(fullRetrieval) },
      { id: 'curve', title: 'How many to re-rank', content: curveOverBest(fullRetrieval) },
    ],
    queries: `${count(imageToText.queries)} + ${count(textToImage.queries)}`,
    candidates: images === texts ? `all ${count(texts)}` : `all ${count(texts)} / ${count(images)}`,
    recalls: sixOf(imageToText.recalls, textToImage.recalls),
  };
}

function sixOf(forth: Recalls, back: Recalls): Contents['recalls'] {
  return [forth[1], forth[5], forth[10], back[1], back[5], back[10]];
}

function failureList(failures: readonly RetrievalExample[]): Html {
  return html`<p class="lead">The queries whose right answer ranks furthest down, each with up to ten of its best candidates; a right one that is not among them stands behind them, with its rank.</p>${retrievalExamples(failures)}`;
}
