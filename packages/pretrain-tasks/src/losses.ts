import { ops, type Tensor, tf } from '@kaleido/backend';

/** Mean cross-entropy over the rows: rotation, jigsaw, camouflage, and ITM's two classes. Logits [N, C], labels [N]. */
export function classLoss(logits: Tensor, labels: Tensor): Tensor {
  return tf.mean(ops.softmaxCrossEntropy(logits, labels));
}

/**
 * Classification of several fields: the sum of their mean cross-entropies. A label of -1 (none) is ignored.
 * @param logits [B, classes] by field
 * @param labels [B] by field
 */
export function fieldsLoss(logits: ReadonlyMap<string, Tensor>, labels: ReadonlyMap<string, Int32Array>): Tensor {
  return ops.addAll([...logits].map(([name, field]) => oneClassLoss(field, labels.get(name) as Int32Array)));
}

/**
 * Mean cross-entropy of the rows that have a label, weighted by the class of each.
 * @param logits [B, C]
 * @param labels [B]; -1 for none
 * @param classWeights [C]; default: all 1
 */
export function oneClassLoss(logits: Tensor, labels: Int32Array, classWeights?: Float32Array): Tensor {
  const weightOf = (label: number): number => (label < 0 ? 0 : (classWeights?.[label] ?? 1));
  const weights = tf.tensor(Float32Array.from(labels, weightOf));
  const known = tf.tensor(
    labels.map((label) => Math.max(0, label)),
    [labels.length],
    'int32',
  );
  const each = tf.mul(ops.softmaxCrossEntropy(logits, known), weights);
  // Without labels the sum is 0, whatever it is divided by.
  const all = labels.some((label) => label >= 0) ? tf.sum(weights) : tf.scalar(1);
  return tf.div(tf.sum(each), all);
}

/**
 * Mean cross-entropy of each class on its own, by the sigmoid of its logit: an item may have several classes.
 * @param logits [B, C]
 * @param labels [B, C] 1 for a class that the item has, 0 for another
 * @param positiveWeights [C] weights of the items that have a class; default: all 1
 */
export function severalClassesLoss(logits: Tensor, labels: Int32Array, positiveWeights?: Float32Array): Tensor {
  const [B, C] = logits.shape as [number, number];
  // The sigmoid is a softmax over 0 and the logit.
  const column = tf.reshape(logits, [B * C, 1]);
  const pairs = tf.concat([tf.zerosLike(column), column], 1); // [B C, 2]
  const each = ops.softmaxCrossEntropy(pairs, tf.tensor(labels, [B * C], 'int32'));
  if (positiveWeights === undefined) return tf.mean(each);
  const weights = Float32Array.from(labels, (label, at) => (label === 1 ? (positiveWeights[at % C] as number) : 1));
  return tf.mean(tf.mul(each, tf.tensor(weights)));
}

/** AMLM: sum(w CE) / (sum(w) + 1e-5) over the batch, as released; padding predictions have weight 0. Logits [N, V]. */
export function maskedTokenLoss(logits: Tensor, labels: Tensor, weights: Tensor): Tensor {
  const losses = ops.softmaxCrossEntropy(logits, labels);
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.add(tf.sum(weights), 1e-5));
}

/**
 * Grey-to-colour and blank-to-colour: Kullback-Leibler divergence of softmax(logits) from softmax(features), one
 * softmax per patch (the paper's form; the released code spreads one over both grey patches), mean over the patches.
 * Both [N, F].
 */
export function reconstructionLoss(features: Tensor, logits: Tensor): Tensor {
  return tf.mean(ops.klDivergence(tf.softmax(features, -1), logits));
}

/**
 * Grey-to-colour as the released code has it: one softmax over both patches of a photograph, so that the target of each
 * has about half the mass, and the loss may be negative. Features [N n, F], n patches per photograph; logits the same.
 */
export function releasedReconstructionLoss(features: Tensor, logits: Tensor, patches: number): Tensor {
  const [rows, F] = features.shape as [number, number];
  const together = tf.reshape(tf.softmax(tf.reshape(features, [rows / patches, patches * F]), -1), [rows, F]);
  return tf.mean(ops.klDivergence(together, logits));
}

/** Subtracted from the logit of an excluded answer, so that its probability is 0. */
const outOfChoice = 1e4;

/**
 * InfoNCE in both directions: each caption must find its photograph in the batch, and each photograph its caption.
 * @param text [B, J] of length 1
 * @param image [B, J] of length 1
 * @param excluded [B, B], 1 where caption and photograph are neither a pair of the batch nor negatives (same product,
 *   same words, same picture)
 * @param temperature divisor of the similarities
 * @param labelSmoothing share of the target that is spread evenly over the batch, except over excluded pairs: another
 *   product of the batch may fit the words too
 */
export function contrastiveLoss(
  text: Tensor,
  image: Tensor,
  excluded: Tensor,
  temperature: number,
  labelSmoothing = 0,
): Tensor {
  const B = text.shape[0] as number;
  const similarities = tf.div(ops.linear(text, image, undefined, undefined, true), temperature); // [B, B]
  const logits = tf.sub(similarities, tf.mul(excluded, outOfChoice));
  const labels = tf.range(0, B, 1, 'int32');
  const loss = tf.mul(tf.add(classLoss(logits, labels), classLoss(tf.transpose(logits), labels)), 0.5);
  if (labelSmoothing === 0) return loss;
  // -log p of j is that of the pair plus how much less similar j is: a spread target adds the mean of that difference.
  const pairs = tf.sum(tf.mul(text, image), 1, true); // [B, 1]
  const allowed = tf.sub(1, excluded); // [B, B]
  const lessBy = (across: Tensor, allowed: Tensor): Tensor =>
    tf.mean(tf.div(tf.sum(tf.mul(tf.sub(tf.div(pairs, temperature), across), allowed), 1), tf.sum(allowed, 1)));
  const spread = tf.add(lessBy(similarities, allowed), lessBy(tf.transpose(similarities), tf.transpose(allowed)));
  return tf.add(loss, tf.mul(spread, labelSmoothing / 2));
}

/**
 * Matching as a choice: within each group, every caption chooses among the group's photographs by match logit
 * difference, and every photograph among its captions. At this scale it learns where the yes-or-no form stays at chance;
 * a share of the yes-or-no form keeps the two logits a probability.
 * @param logits [G n n, 2], by group, caption, photograph
 * @param groupSize n
 * @param binaryWeight share of the yes-or-no form
 * @param excluded [G, n, n], 1 where caption and photograph are neither a pair nor negatives of each other; default: nowhere
 */
export function matchingChoiceLoss(logits: Tensor, groupSize: number, binaryWeight: number, excluded?: Tensor): Tensor {
  const pairs = logits.shape[0] as number;
  const groups = pairs / (groupSize * groupSize);
  const square = withoutExcluded(matchDifferences(logits, groups, groupSize), excluded);
  const labels = tf.tensor(
    Int32Array.from({ length: groups * groupSize }, (_, row) => row % groupSize),
    [groups * groupSize],
    'int32',
  );
  const rows = tf.reshape(square, [groups * groupSize, groupSize]);
  const columns = tf.reshape(tf.transpose(square, [0, 2, 1]), [groups * groupSize, groupSize]);
  const choice = tf.mul(tf.add(classLoss(rows, labels), classLoss(columns, labels)), 0.5);
  if (binaryWeight === 0) return choice;
  const matches = Int32Array.from({ length: pairs }, (_, pair) =>
    Math.floor(pair / groupSize) % groupSize === pair % groupSize ? 1 : 0,
  );
  const labelled = tf.tensor(matches, [pairs], 'int32');
  const binary =
    excluded === undefined
      ? classLoss(logits, labelled)
      : weightedMean(ops.softmaxCrossEntropy(logits, labelled), tf.sub(1, tf.reshape(excluded, [pairs])));
  return tf.add(choice, tf.mul(binary, binaryWeight));
}

/**
 * Distillation of the joint space into the matching head: within each group, every caption's choice among the
 * photographs, and every photograph's among the captions, should have the probabilities of the joint space.
 * Kullback-Leibler divergence, mean over the choices and over both directions. In addition to the right answer it tells
 * how wrong each of the others is, which the choice alone does not.
 * @param logits [G n n, 2], by group, caption, photograph
 * @param similarities [G, n, n] in the joint space, by group, caption, photograph
 * @param temperature divisor of the similarities
 * @param excluded [G, n, n], 1 where caption and photograph are neither a pair nor negatives of each other; default: nowhere
 */
export function matchingDistillationLoss(
  logits: Tensor,
  similarities: Tensor,
  temperature: number,
  excluded?: Tensor,
): Tensor {
  const [groups, n] = similarities.shape as [number, number, number];
  const wanted = withoutExcluded(tf.div(similarities, temperature), excluded); // [G, n, n]
  const found = withoutExcluded(matchDifferences(logits, groups, n), excluded); // [G, n, n]
  const across = ([a, b]: readonly [Tensor, Tensor]): Tensor =>
    tf.mean(ops.klDivergence(tf.softmax(tf.reshape(a, [groups * n, n]), -1), tf.reshape(b, [groups * n, n])));
  const turned = (x: Tensor): Tensor => tf.transpose(x, [0, 2, 1]);
  return tf.mul(tf.add(across([wanted, found]), across([turned(wanted), turned(found)])), 0.5);
}

/** How much more a pair looks like a match than not, [G, n, n] by group, caption, photograph. */
function matchDifferences(logits: Tensor, groups: number, n: number): Tensor {
  const pairs = logits.shape[0] as number;
  const difference = tf.sub(tf.slice(logits, [0, 1], [pairs, 1]), tf.slice(logits, [0, 0], [pairs, 1])); // [G n n, 1]
  return tf.reshape(difference, [groups, n, n]);
}

function withoutExcluded(choices: Tensor, excluded: Tensor | undefined): Tensor {
  return excluded === undefined ? choices : tf.sub(choices, tf.mul(excluded, outOfChoice));
}

/** Weighted mean; at least one weight must be above 0. */
function weightedMean(values: Tensor, weights: Tensor): Tensor {
  return tf.div(tf.sum(tf.mul(values, weights)), tf.sum(weights));
}
