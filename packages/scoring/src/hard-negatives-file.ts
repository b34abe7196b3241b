import { decodeSafetensors, encodeSafetensors } from '@kaleido/foundation';
import type { HardNegatives } from '@kaleido/pretrain-tasks';

/** `rows` [N, perRow], with the share of steps that use them in the metadata. */
export function encodeHardNegatives({ perRow, share, rows }: HardNegatives): Uint8Array {
  const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
  const tensor = { type: 'I32', shape: [rows.length / perRow, perRow], bytes } as const;
  return encodeSafetensors([['rows', tensor]], { share: String(share) });
}

/** In memory that threads share. Undefined for a file without rows. @throws KaleidoError for a damaged file */
export function decodeHardNegatives(content: Uint8Array, path: string): HardNegatives | undefined {
  const { tensors, metadata } = decodeSafetensors(content, path);
  const stored = tensors.get('rows');
  if (stored === undefined) return undefined;
  const rows = new Int32Array(new SharedArrayBuffer(stored.bytes.byteLength));
  new Uint8Array(rows.buffer).set(stored.bytes);
  return { perRow: stored.shape[1] as number, share: Number(metadata.share), rows };
}
