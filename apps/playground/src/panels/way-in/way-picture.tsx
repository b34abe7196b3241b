import { levels } from '@kaleido/layout';
import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { engine } from '../../engine/engine.ts';
import { numberSetting } from '../../state/place.ts';
import type { Product } from '../../state/product.ts';
import { AnswersPart } from './answers-part.tsx';
import { CaptionField } from './caption-field.tsx';
import { type Connection, Connections } from './connections.tsx';
import { sideOf } from './drag-box.ts';
import { LayersParts } from './layers-parts.tsx';
import { percent } from './numbers.ts';
import { PartButton } from './part-button.tsx';
import type { PartId, PartOfTheWay } from './parts-of-the-way.ts';
import { PatchGrid } from './patch-grid.tsx';
import { PhotographWithBox } from './photograph-with-box.tsx';
import { SequencePart } from './sequence-part.tsx';
import { Silhouette, shareOf } from './silhouette.tsx';
import type { Pictures } from './use-pictures.ts';
import type { WayInAnswers } from './use-way-in.ts';
import { VectorsPart } from './vectors-part.tsx';

export interface WayPictureProps {
  readonly product: Product;
  readonly answers: WayInAnswers;
  readonly pictures: Pictures;
  readonly part: PartOfTheWay | undefined;
  /** The part whose sentence is pointed at. */
  readonly pointed: PartId | undefined;
  readonly open: (id: PartId, settings?: Readonly<Record<string, string>>) => void;
  readonly close: () => void;
  /** The opened part. */
  readonly children: ComponentChildren;
}

/** Photograph, caption, sequence, layers and answers, joined by what flows between them. */
export function WayPicture({ product, answers, pictures, part, pointed, open, close, children }: WayPictureProps) {
  const container = useRef<HTMLDivElement>(null);
  const { seen, size, box, pieces, read } = answers;
  const state = engine.value;
  const layers = state.kind === 'ready' ? state.report.model.layers : 2;
  const scale = numberSetting('level', { least: 1, most: 5, otherwise: 3 });
  const connections = useMemo(() => connectionsOf(layers), [layers]);
  const toggle = (id: PartId) => ({
    isOpen: part?.id === id,
    onToggle: () => (part?.id === id ? close() : open(id)),
  });
  const opened = (row: PartOfTheWay['row']): ComponentChildren => (part?.row === row ? children : undefined);
  return (
    <div class="way-in-picture" ref={container} data-current={answers.isCurrent} data-pointed={pointed}>
      <Connections within={container} connections={connections} />

      <h2 class="visually-hidden">The caption’s way</h2>
      <CaptionField product={product} cut={answers.caption?.cut ?? 0} />
      <PartButton
        {...toggle('pieces')}
        flow="pieces"
        class="way-in-pieces way-in-tone-0"
        title="Word pieces"
        fact={pieces === undefined ? ' ' : pieces.length}
      >
        <span class="way-in-chips" data-flow="chips">
          {pieces?.map((piece, index) => (
            <span key={index}>{piece}</span>
          ))}
        </span>
      </PartButton>
      {opened('pieces')}

      <h2 class="visually-hidden">The photograph’s way</h2>
      <div class="way-in-photographs">
        <PartButton
          {...toggle('photograph')}
          flow="photograph"
          title="Photo"
          fact={size === undefined ? ' ' : `${size.width} × ${size.height}`}
        >
          <span class="way-in-frame">
            <img src={product.address} alt="" />
          </span>
        </PartButton>
        <PartButton
          {...toggle('mask')}
          flow="mask"
          title="Mask"
          fact={seen?.mask === undefined ? ' ' : percent(shareOf(seen.mask), 0)}
        >
          <span class="way-in-frame">
            <Silhouette seen={seen} />
          </span>
        </PartButton>
        <PartButton {...toggle('box')} flow="box" title="Box" fact={box === undefined ? ' ' : sideOf(box)}>
          <span class="way-in-frame">
            <PhotographWithBox picture={pictures.cutOut} box={box} />
          </span>
        </PartButton>
      </div>
      {opened('photograph')}

      <div class="way-in-levels">
        {levels.map(({ scale: own, patches }) => {
          const isOpen = part?.id === 'level' && own === scale;
          return (
            <PartButton
              key={own}
              flow={`level-${own}`}
              class={`way-in-level way-in-tone-${own}`}
              title={`${own} × ${own}`}
              fact={
                <>
                  = {patches}
                  <span class="visually-hidden"> {patches === 1 ? 'patch' : 'patches'}</span>
                </>
              }
              isOpen={isOpen}
              onToggle={() => (isOpen ? close() : open('level', { level: String(own) }))}
            >
              <span class="way-in-frame">
                <PatchGrid picture={pictures.cutOut} box={box} scale={own} />
              </span>
            </PartButton>
          );
        })}
      </div>
      <VectorsPart seen={seen} {...toggle('vectors')} />
      {opened('patches')}

      <h2 class="visually-hidden">Both together</h2>
      <SequencePart pieces={read?.caption.pieces ?? pieces} read={read} {...toggle('sequence')} />
      {opened('sequence')}

      <div class="way-in-layers">
        <LayersParts read={read} isPartOpen={part?.id === 'attention'} open={open} close={close} />
        <AnswersPart
          match={answers.match}
          similarity={answers.similarity}
          hasCaption={product.caption.trim() !== ''}
          {...toggle('answers')}
        />
      </div>
      {opened('layers')}
    </div>
  );
}

function connectionsOf(layers: number): Connection[] {
  const layerNames = Array.from({ length: layers }, (_, layer) => `layer-${layer}`);
  const chain = [...layerNames, 'answers'];
  return [
    { from: 'photograph', to: 'mask' },
    { from: 'mask', to: 'box' },
    ...levels.map(({ scale }) => ({ from: 'box', to: `level-${scale}`, tone: scale })),
    { from: 'caption', to: 'pieces' },
    { from: 'chips', to: 'segment-0', tone: 0, isRibbon: true, isDetour: true },
    ...levels.map(
      ({ scale }): Connection => ({ from: `vectors-${scale}`, to: `segment-${scale}`, tone: scale, isRibbon: true }),
    ),
    { from: 'sequence', to: 'layer-0' },
    ...chain.slice(1).map((to, index) => ({ from: chain[index] ?? '', to })),
  ];
}
