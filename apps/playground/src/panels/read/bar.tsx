import { finePercent } from '../../parts/percent.ts';

/** How likely something is, as a bar and a number. Its room is kept while it is not known. */
export function Bar({ probability, isSoft = false }: { readonly probability?: number; readonly isSoft?: boolean }) {
  return (
    <>
      <span class={`read-bar ${isSoft ? 'read-bar-soft' : ''}`} aria-hidden="true">
        {probability !== undefined && <span style={{ width: `${100 * probability}%` }} />}
      </span>
      <span class="read-percent number">{probability === undefined ? '' : finePercent(probability)}</span>
    </>
  );
}
