import { render } from 'preact';
import { App } from './app.tsx';
import { askedBackend, startEngine } from './engine/engine.ts';
import { loadGallery } from './state/gallery.ts';
import './style.css';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
void loadGallery();
void startEngine(askedBackend());
