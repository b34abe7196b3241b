/** Settings of a part of the patch generator, as plain JSON. They are stored with the features and compared. */
export type Settings = Readonly<Record<string, string | number | boolean | readonly number[]>>;
