export { decodeImage } from './image/decode-image-in-page.ts';
