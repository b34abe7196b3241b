import { useEffect } from 'preact/hooks';
import { CopyAsCode } from '../../parts/copy-as-code.tsx';
import { CaptionMatch } from './caption-match.tsx';
import { takeFiles } from './library.ts';
import './match.css';
import { PhotographSearch } from './photograph-search.tsx';

/** One photograph against several captions, and a caption against all photographs. */
export function Match() {
  useEffect(() => {
    // Anywhere on the page: a file that is dropped beside a target would replace the page.
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      const files = event.dataTransfer?.files;
      if (event.defaultPrevented || files === undefined || files.length === 0) return;
      event.preventDefault();
      takeFiles(files);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', drop);
    };
  }, []);
  return (
    <div class="match">
      <CaptionMatch />
      <CopyAsCode program="match" />
      <PhotographSearch />
      <CopyAsCode program="search" />
    </div>
  );
}
