import { encodeSafetensors, float32Tensor, type StoredTensor } from '@kaleido/foundation';
import { patchCount } from '@kaleido/layout';
import { readWeights } from '@kaleido/model';
import type { PretrainingStep } from './pretraining-step.ts';

/** A step's weights and batch as a safetensors file, so that another implementation can run the same step. */
export async function exportStep({ batch, model }: PretrainingStep): Promise<Uint8Array> {
  const weights = await readWeights(model);
  const { size: B, textLength: T } = batch.text;
  const F = batch.image.featureWidth;
  const perExample = (values: ArrayLike<number>): number => values.length / B;
  const entries: Record<string, StoredTensor> = {
    ids: int32Tensor(batch.text.ids, [B, T]),
    mask: float32Tensor(batch.text.mask, [B, T]),
    features: float32Tensor(batch.image.features, [B, patchCount, F]),
    positions: float32Tensor(batch.image.positions, [B, patchCount, 5]),
    blankKeep: float32Tensor(batch.image.blankKeep ?? new Float32Array(B * 25).fill(1), [B, 25]),
    maskedPositions: int32Tensor(batch.maskedPositions, [B, perExample(batch.maskedPositions)]),
    maskedLabels: int32Tensor(batch.maskedLabels, [B, perExample(batch.maskedLabels)]),
    maskedWeights: float32Tensor(batch.maskedWeights, [B, perExample(batch.maskedWeights)]),
    matchLabels: int32Tensor(batch.matchLabels, [B]),
    rotationLabels: int32Tensor(batch.rotationLabels, [B]),
    jigsawLabels: int32Tensor(batch.jigsawLabels, [B]),
    camouflageLabels: int32Tensor(batch.camouflageLabels, [B]),
    greyIds: int32Tensor(batch.greyIds, [B, perExample(batch.greyIds)]),
    greyTargets: float32Tensor(batch.greyTargets, [batch.greyIds.length, F]),
    blankIds: int32Tensor(batch.blankIds, [B, perExample(batch.blankIds)]),
    blankTargets: float32Tensor(batch.blankTargets, [batch.blankIds.length, F]),
  };
  return encodeSafetensors([
    ...[...model.trainable()].map(
      ([name, { shape }]) => [`weight/${name}`, float32Tensor(weights.get(name) as Float32Array, shape)] as const,
    ),
    ...Object.entries(entries).map(([name, tensor]) => [`batch/${name}`, tensor] as const),
  ]);
}

function int32Tensor(values: Int32Array, shape: readonly number[]): StoredTensor {
  return { type: 'I32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}
