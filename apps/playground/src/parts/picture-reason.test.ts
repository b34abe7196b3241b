import { describe, expect, it } from '@jest/globals';
import { pictureReason } from './picture-reason.ts';

describe('why a picture could not be looked at', () => {
  it('is said in a line for readers', () => {
    expect(
      pictureReason(
        'a.jpg',
        'cannot decode the image a.jpg, found "10000 x 6000 pixels, of 50,000,000 at most"; replace',
      ),
    ).toBe('a.jpg has 60 million pixels; pictures up to 50 million are read. Make it smaller first.');
    expect(
      pictureReason('a.jpg', 'cannot decode the image a.jpg, found "The source image could not be decoded."'),
    ).toBe('a.jpg is damaged: this browser cannot decode it.');
    expect(pictureReason('a.jpg', 'The model is not loaded yet.')).toBe('a.jpg: The model is not loaded yet.');
    expect(pictureReason('a.jpg', 'a.jpg is empty.')).toBe('a.jpg is empty.');
  });
});
