import { describe, expect, it } from '@jest/globals';
import { imageMediaType } from './image-media-type.ts';

describe('imageMediaType', () => {
  it.each([
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['RIFF\0\0\0\0WEBP', 'image/webp'],
    // A sound file, which begins like a WebP.
    ['RIFF\0\0\0\0WAVE', 'audio/vnd.wave'],
    ['\0\0\0\x14ftypheic\0\0\0\0mif1', 'image/heic'],
    ['\0\0\0\x18ftypmif1\0\0\0\0miafavif', 'image/avif'],
    ['BM\x36\0\0\0\0\0\0\0', 'image/bmp'],
    ['BMW, a maker of cars', 'text/plain'],
    ['<?xml version="1.0"?>\n<svg>', 'image/svg+xml'],
    ['<!DOCTYPE html>', 'text/html'],
    ['', 'application/octet-stream'],
    ['\x80\x81', 'application/octet-stream'],
  ])('of %j is %s', (text, mediaType) => {
    expect(imageMediaType(Uint8Array.from(text, (character) => character.charCodeAt(0)))).toBe(mediaType);
  });
});
