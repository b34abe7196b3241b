import type { ComponentChildren } from 'preact';

interface PartButtonProps {
  /** Its end of the connections. */
  readonly flow?: string;
  readonly title: ComponentChildren;
  /** A true number of this product; its line is reserved while it is unknown. */
  readonly fact?: ComponentChildren;
  readonly class?: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly children?: ComponentChildren;
}

/** A part of the picture: a click opens it in place. */
export function PartButton({ flow, title, fact, class: className = '', isOpen, onToggle, children }: PartButtonProps) {
  return (
    <button
      type="button"
      class={`way-in-part ${className}`}
      data-flow={flow}
      aria-expanded={isOpen}
      aria-controls={isOpen ? 'way-in-opened' : undefined}
      onClick={onToggle}
    >
      <span class="way-in-part-head">
        <span class="way-in-part-title">{title}</span>
        {fact !== undefined && <span class="way-in-fact">{fact}</span>}
      </span>
      {children}
    </button>
  );
}
