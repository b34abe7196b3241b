import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice } from './notice.tsx';

/** A part of the page that is loaded when it is first shown. */
export function lazy(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | undefined;
  return function Lazy() {
    const [View, setView] = useState<{ readonly view?: ComponentType; readonly failed?: true }>(
      loaded === undefined ? {} : { view: loaded },
    );
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (view) => {
          loaded = view;
          setView({ view });
        },
        () => setView({ failed: true }),
      );
    }, []);
    if (View.failed) return <Notice kind="problem">This part of the page could not be loaded. Reload the page.</Notice>;
    return View.view === undefined ? <div class="panel-room" /> : <View.view />;
  };
}
