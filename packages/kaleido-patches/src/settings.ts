/** What a part of the patch generator was told, as plain JSON: it is written beside the features and compared. */
export type Settings = Readonly<Record<string, string | number | boolean | readonly number[]>>;
