import type { Seen } from '../../engine/engine-api.ts';
import type { DrawnPicture } from '../../parts/drawn-picture.ts';
import { PatchGrid } from './patch-grid.tsx';
import type { Position } from './positions.ts';

interface PatchPreviewProps {
  readonly position: Position | undefined;
  readonly seen: Seen | undefined;
  readonly picture: DrawnPicture | undefined;
}

/** What stands at a position: a patch as a picture, a piece as text. */
export function PatchPreview({ position, seen, picture }: PatchPreviewProps) {
  const scale = position?.kind === 'patch' ? position.place.level.scale : 0;
  return (
    <span class={`way-in-preview way-in-tone-${scale}`}>
      {position?.kind === 'patch' && (
        <PatchGrid picture={picture} box={seen?.patches[position.patch]} scale={1} side={128} />
      )}
      {position?.kind === 'piece' && position.piece}
    </span>
  );
}
