import type {
  evaluateRunAlignment,
  evaluateRunCaptions,
  evaluateRunFullRetrieval,
  evaluateRunRecognition,
  evaluateRunRetrieval,
  evaluateRunWords,
} from '@kaleido/recipes/node';

type Retrieval = Awaited<ReturnType<typeof evaluateRunRetrieval>>['retrieval'];
type FullRetrieval = Awaited<ReturnType<typeof evaluateRunFullRetrieval>>['fullRetrieval'];
type Recognition = Awaited<ReturnType<typeof evaluateRunRecognition>>['recognition'];
type Alignment = Awaited<ReturnType<typeof evaluateRunAlignment>>;
type Words = Awaited<ReturnType<typeof evaluateRunWords>>;
type Captions = Awaited<ReturnType<typeof evaluateRunCaptions>>;

const directions = ['imageToText', 'textToImage'] as const;
const limits = ['1', '5', '10'] as const;

/** Scorers by recalls; for several files the mean and, after the sign, the standard deviation. */
export function retrievalTable({ files, scorers = {}, scorer, matchingWeight }: Retrieval): string {
  const [first] = files;
  const rows = Object.entries(scorers).map(([name, { standardDeviation, ...mean }]) => {
    const cell = (value: number, deviation: number | undefined): string =>
      deviation === undefined ? value.toFixed(1) : `${value.toFixed(1)} ±${deviation.toFixed(1)}`;
    const recalls = directions.flatMap((direction) =>
      limits.map((limit) => cell(mean[direction][limit], standardDeviation?.[direction][limit])),
    );
    return [name, ...recalls, cell(mean.sumR, standardDeviation?.sumR)];
  });
  const heading = ['', ...limits.map((limit) => `i2t R@${limit}`), ...limits.map((limit) => `t2i R@${limit}`), 'SumR'];
  const queries = new Set(files.map((file) => `${file.queries.imageToText} + ${file.queries.textToImage}`));
  return [
    aligned([heading, ...rows]),
    `${files.length === 1 ? first?.name : `mean ± deviation over ${files.length} list files`}; queries: ${[...queries].join(', ')}`,
    `default: ${scorer}, weight of the match head ${matchingWeight}`,
  ].join('\n');
}

/** Both stages by recalls and ranks; below, SumR and the recall ceiling over the number that is re-ranked. */
export function fullRetrievalTable(figures: FullRetrieval): string {
  const { images, texts, best, matchingWeight, weightChosenOn, firstStage, matchingAlone, curve, pairs } = figures;
  const stages = [
    ['two stages', figures],
    ['first stage', firstStage],
    ['matching alone', matchingAlone],
  ] as const;
  const headings = ['i2t', 't2i'].flatMap((way) => [
    ...limits.map((limit) => `${way} R@${limit}`),
    `${way} MRR`,
    `${way} median`,
  ]);
  const rows = stages.map(([name, { imageToText, textToImage, sumR }]) => [
    name,
    ...[imageToText, textToImage].flatMap(({ recalls, meanReciprocalRank, medianRank }) => [
      ...limits.map((limit) => recalls[limit].toFixed(1)),
      meanReciprocalRank.toFixed(3),
      String(medianRank),
    ]),
    sumR.toFixed(1),
  ]);
  const overBest = curve.map((at) => [
    String(at.best),
    at.sumR.toFixed(1),
    at.matchingAlone.toFixed(1),
    ...(at.best === 0 ? ['-', '-'] : [at.ceiling.imageToText.toFixed(1), at.ceiling.textToImage.toFixed(1)]),
  ]);
  return [
    aligned([['', ...headings, 'SumR'], ...rows]),
    `${images} photographs and ${texts} captions, each against all; the best ${best} read by the matching head: ${pairs} pairs, ${Math.round(figures.pairsPerSecond)} a second`,
    `weight of the match head ${Number(matchingWeight.toFixed(3))}, chosen on ${weightChosenOn}`,
    '',
    aligned([['re-ranked', 'SumR', 'matching alone', 'i2t ceiling', 't2i ceiling'], ...overBest]),
  ].join('\n');
}

/** Fields and inputs by figures, in per cent; below each field, always answering its commonest class. */
export function recognitionTable(recognition: Recognition): string {
  const measured = Object.entries(recognition).flatMap(([key, figures]) => {
    const end = key.lastIndexOf(':');
    return end < 0 ? [] : [{ field: key.slice(0, end), inputs: key.slice(end + 1), figures }];
  });
  const cell = (value: number | undefined): string => value?.toFixed(1) ?? '';
  const rows = [...new Set(measured.map(({ field }) => field))].flatMap((field) => {
    const those = measured.filter((one) => one.field === field);
    const { commonestClass } = (those[0] as (typeof those)[number]).figures;
    return [
      ...those.map(({ inputs, figures: { accuracy, macroF1, macroF1AllClasses, f1OfMeans, meanAveragePrecision } }) => [
        `${field}, ${inputs}`,
        ...[accuracy, macroF1, macroF1AllClasses, f1OfMeans, meanAveragePrecision].map(cell),
      ]),
      ...(commonestClass === undefined
        ? []
        : [
            [
              `${field}, always ${commonestClass.name}`,
              ...[commonestClass.accuracy, commonestClass.macroF1, undefined, undefined, undefined].map(cell),
            ],
          ]),
    ];
  });
  return aligned([['', 'accuracy', 'macro F1', 'all classes', 'F1 of means', 'mean AP'], ...rows]);
}

/** Accuracy in per cent and, in brackets, cross-entropy; all pieces, and by what they speak of. */
export function wordsTable({ captions, byAspect = {}, ...all }: Words): string {
  const cell = (figures: { readonly accuracy: number; readonly crossEntropy: number } | undefined): string =>
    figures === undefined ? '' : `${figures.accuracy.toFixed(1)} (${figures.crossEntropy.toFixed(2)})`;
  const row = (name: string, read: Omit<Words, 'captions' | 'byAspect'>): string[] => [
    name,
    String(read.pieces),
    ...[read, read.otherPhotograph, read.noPhotograph, read.neighbours, read.commonest].map(cell),
  ];
  const heading = ['', 'pieces', 'own photograph', 'another', 'none', 'neighbour counts', 'commonest'];
  return [
    aligned([heading, row('all', all), ...Object.entries(byAspect).map(([name, read]) => row(name, read))]),
    `masked pieces of ${captions} captions named right, in per cent (cross-entropy)`,
  ].join('\n');
}

/** Aligners by level: mentions of a part whose best patch shows it, in per cent. */
export function alignmentTable(alignment: Alignment): string {
  const levels = ['level3', 'level4', 'level5'] as const;
  const names = ['level 3', 'level 4', 'level 5'];
  const row = (name: string, figures: Readonly<Record<(typeof levels)[number], number>>): string[] => [
    name,
    ...levels.map((level) => figures[level].toFixed(1)),
  ];
  const [first] = Object.values(alignment);
  const rows = Object.entries(alignment).map(([name, figures]) => row(name, figures));
  const limits =
    first === undefined ? [] : [row('random patch', first.randomByLevel), row('some patch', first.possible)];
  return [
    aligned([['', ...names], ...rows, ...limits]),
    `mentions of a part whose best patch shows it, in per cent of ${first?.mentions ?? 0}`,
  ].join('\n');
}

/** Scores times 100, and precision and recall of the facts in per cent; below, those of the nearest photographs. */
export function captionsTable({ captions, beam, blockNgram = 0, nearest, ...written }: Captions): string {
  const rows = [
    ['written', written] as const,
    ...(nearest === undefined ? [] : [['nearest photograph', nearest] as const]),
  ];
  const share = (value: number | undefined): string => value?.toFixed(1) ?? '-';
  const scores = rows.map(([name, { bleu1, bleu2, bleu3, bleu4, rougeL, ciderD, meteor }]) => [
    name,
    ...[bleu1, bleu2, bleu3, bleu4, rougeL, ciderD, meteor].map((score) => score.toFixed(1)),
  ]);
  const facts = rows.flatMap(([name, { facts }]) => {
    if (facts === undefined) return [];
    const all = [facts, ...Object.values(facts.byAspect)];
    return [[name, ...all.map(({ precision, recall }) => `${share(precision)} / ${share(recall)}`)]];
  });
  const aspects = ['all', ...Object.keys(written.facts?.byAspect ?? {})];
  const search = beam === 1 ? 'the most likely piece each time' : `${beam} candidates at a time`;
  const blocked = blockNgram === 0 ? '' : `; no run of ${blockNgram} pieces twice`;
  return [
    aligned([['', 'BLEU-1', 'BLEU-2', 'BLEU-3', 'BLEU-4', 'ROUGE-L', 'CIDEr-D', 'METEOR'], ...scores]),
    `scores of ${captions} captions, times 100; ${search}${blocked}`,
    ...(facts.length === 0
      ? []
      : ['', aligned([['', ...aspects], ...facts]), 'facts stated: precision / recall, in per cent']),
  ].join('\n');
}

/** Aligns names to the left and figures to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
