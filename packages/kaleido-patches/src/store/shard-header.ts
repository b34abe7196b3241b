import { KaleidoError } from '@kaleido/foundation';
import { featureSlotCount } from '@kaleido/layout';

type ShardType = 'F16' | 'U8';

/**
 * Bytes reserved at the start of a shard for its safetensors header: a multiple of eight, as the format requires, and
 * of a disk block. The header is written last, because the number of rows is known only at the end.
 */
export const shardHeaderBytes = 4096;

/** The header of a safetensors file with the one tensor `features` [rows, 74, F], padded with spaces to its length. */
export function encodeShardHeader(
  dtype: ShardType,
  rows: number,
  featureWidth: number,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const json = new TextEncoder().encode(
    JSON.stringify({
      __metadata__: metadata,
      features: {
        dtype,
        shape: [rows, featureSlotCount, featureWidth],
        data_offsets: [0, rows * featureSlotCount * featureWidth * (dtype === 'F16' ? 2 : 1)],
      },
    }),
  );
  const room = shardHeaderBytes - 8;
  if (json.length > room)
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: `the settings of extractor and foreground finder must fit ${room} bytes of JSON`,
      found: json.length,
      advice: 'shorten them',
    });
  const head = new Uint8Array(shardHeaderBytes).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(room), true);
  head.set(json, 8);
  return head;
}

/** Whether the header of a file is exactly that of a shard with these rows and width. */
export function isShardHeader(head: Uint8Array, dtype: ShardType, rows: number, featureWidth: number): boolean {
  if (head.length < shardHeaderBytes) return false;
  if (new DataView(head.buffer, head.byteOffset).getBigUint64(0, true) !== BigInt(shardHeaderBytes - 8)) return false;
  const features = readHead(head)?.features;
  return (
    features?.dtype === dtype &&
    JSON.stringify(features.shape) === JSON.stringify([rows, featureSlotCount, featureWidth])
  );
}

/** The writer's metadata in the header of a shard; undefined if there is none. */
export function shardMetadata(head: Uint8Array): Readonly<Record<string, string>> | undefined {
  return readHead(head)?.__metadata__;
}

interface ShardHead {
  readonly features?: { readonly dtype?: unknown; readonly shape?: unknown };
  readonly __metadata__?: Readonly<Record<string, string>>;
}

function readHead(head: Uint8Array): ShardHead | undefined {
  try {
    return (JSON.parse(new TextDecoder().decode(head.subarray(8))) as ShardHead | null) ?? undefined;
  } catch {
    return undefined;
  }
}
