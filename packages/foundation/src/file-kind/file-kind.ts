/**
 * - `picture`: pixels, or something that a program turns into pixels (vector graphics, a page, a camera's raw data)
 * - `media`: video or sound
 * - `container`: an archive, a table, a program: files or data, not one picture
 * - `text`: a page, a message or data as text; often what a server answered when a download failed
 * - `pointer`: a placeholder for a file that is stored elsewhere
 * - `encoded`: a picture encoded as text
 * - `lost`: the content of the file is lost
 */
export type FileGroup = 'picture' | 'media' | 'container' | 'text' | 'pointer' | 'encoded' | 'lost';

/** The kind of a file, by its bytes. */
export interface FileKind {
  /** `application/octet-stream` if the kind has none. */
  readonly mediaType: string;
  /** For a sentence, e.g. `a BMP picture`. */
  readonly name: string;
  readonly group: FileGroup;
}
