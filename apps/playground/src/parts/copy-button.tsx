import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Milliseconds for which a confirmation stays. */
const confirmation = 4000;

/**
 * Copies a text, and says so to eyes and screen readers.
 * @param shown the element that shows the text: it is selected where the page may not copy, as without HTTPS
 */
export function CopyButton({
  text,
  label,
  shown,
}: {
  readonly text: string;
  readonly label: string;
  readonly shown: RefObject<HTMLElement | null>;
}) {
  const [said, say] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => say(''), confirmation);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied.');
    } catch {
      if (shown.current !== null) getSelection()?.selectAllChildren(shown.current);
      say('The text is selected: copy it with your keyboard.');
    }
  };
  return (
    <span class="copy">
      <button type="button" class="button" onClick={() => void copy()}>
        {label}
      </button>
      <span class="copy-said small" role="status">
        {said}
      </span>
    </span>
  );
}
