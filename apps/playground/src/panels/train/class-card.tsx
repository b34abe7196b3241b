import { useId, useRef, useState } from 'preact/hooks';
import { type PlacedFile, placedFiles } from '../../engine/model-folder.ts';
import { droppedFiles } from '../../parts/dropped-files.ts';
import { Notice } from '../../parts/notice.tsx';
import { mostClasses, mostPhotographs } from '../../training/class-pictures.ts';
import type { OwnClass } from '../../training/own-classes.ts';
import { addToClasses, clearClass, removeClass, renameClass } from '../../training/teaching-state.ts';
import { Thumbnail } from './thumbnail.tsx';

/** Photographs that are shown of each class. */
const shown = 8;

/** A class: its name, and a place to drop photographs into. */
export function ClassCard({ own, canRemove }: { readonly own: OwnClass; readonly canRemove: boolean }) {
  const { id, name, examples } = own;
  const input = useRef<HTMLInputElement>(null);
  const nameId = useId();
  const [isOver, setOver] = useState(false);
  const [tooMany, setTooMany] = useState(0);
  const [isUnread, setUnread] = useState(false);
  const add = (files: readonly PlacedFile[]): void => setTooMany(addToClasses(id, files));
  const drop = async (transfer: DataTransfer): Promise<void> => {
    try {
      setUnread(false);
      add(await droppedFiles(transfer));
    } catch {
      setUnread(true);
    }
  };
  return (
    <section
      class="card train-class"
      data-over={isOver}
      aria-label={`Class ${name}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer !== null) void drop(event.dataTransfer);
      }}
    >
      <div class="train-class-head">
        <label class="train-setting" for={nameId}>
          <span>Name</span>
          <input
            id={nameId}
            class="field"
            type="text"
            maxLength={60}
            value={name}
            onInput={({ currentTarget }) => renameClass(id, currentTarget.value)}
          />
        </label>
        {canRemove && (
          <button type="button" class="button" aria-label={`Remove class ${name}`} onClick={() => removeClass(id)}>
            ×
          </button>
        )}
      </div>
      <div class="train-thumbnails">
        {examples.slice(0, shown).map((example, index) => (
          <Thumbnail key={`${index} ${example.name}`} example={example} />
        ))}
        {examples.length === 0 && <p class="soft small">Drop photographs here, or a folder for each class.</p>}
      </div>
      <p class="small">
        <span class="number">{examples.length.toLocaleString('en')}</span> photographs
      </p>
      <div class="train-buttons">
        <button type="button" class="button" onClick={() => input.current?.click()}>
          Add photos
        </button>
        {examples.length > 0 && (
          <button type="button" class="button" onClick={() => clearClass(id)}>
            Empty
          </button>
        )}
      </div>
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        class="visually-hidden"
        tabIndex={-1}
        aria-label={`Photographs of class ${name}`}
        onChange={({ currentTarget }) => {
          add(placedFiles(currentTarget.files ?? []));
          currentTarget.value = '';
        }}
      />
      {isUnread && (
        <Notice kind="problem">What was dropped could not be read. Add the photographs with the button.</Notice>
      )}
      {tooMany > 0 && (
        <Notice kind="problem">
          There is room for {mostPhotographs.toLocaleString('en')} photographs and {mostClasses} classes in all.{' '}
          {tooMany.toLocaleString('en')} photographs were left out.
        </Notice>
      )}
    </section>
  );
}
