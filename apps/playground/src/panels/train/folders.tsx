import type { ComponentChildren } from 'preact';
import { OpenFolder } from './open-folder.tsx';

/** Keeping a model, where there is one, beside opening another. */
export function Folders({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="train-folders">
      {children}
      <OpenFolder />
    </div>
  );
}
