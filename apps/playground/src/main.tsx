import { render } from 'preact';
import { App } from './app.tsx';
import { askedBackend, followAddress, startEngine } from './engine/engine.ts';
import { findWebGpuProblem } from './engine/webgpu-problem.ts';
import { keepPage } from './keep-page.ts';
import { loadGallery } from './state/gallery.ts';
import './style.css';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
void loadGallery();
void startEngine(askedBackend());
followAddress();
void findWebGpuProblem();

// Opens offline after the first visit. Where it cannot be kept, in a private window say, the page works all the same.
if (import.meta.env.PROD && 'serviceWorker' in navigator) keepPage().catch(() => undefined);
