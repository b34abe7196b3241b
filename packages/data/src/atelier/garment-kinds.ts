import type { GarmentKind } from './garment-kind.ts';
import { type AccessoryKindName, accessoryKinds } from './kinds-accessories.ts';
import { type DressKindName, dressKinds } from './kinds-dresses.ts';
import { type TrouserKindName, trouserKinds } from './kinds-trousers.ts';
import { type UpperBodyKindName, upperBodyKinds } from './kinds-upper-body.ts';

export type SubcategoryName = UpperBodyKindName | DressKindName | TrouserKindName | AccessoryKindName;

/** Every sub-category of the atelier by name. */
export const garmentKinds: Readonly<Record<SubcategoryName, GarmentKind>> = {
  ...upperBodyKinds,
  ...dressKinds,
  ...trouserKinds,
  ...accessoryKinds,
};

export const subcategoryNames: readonly SubcategoryName[] = Object.keys(garmentKinds) as SubcategoryName[];

export const categoryNames: readonly string[] = [
  ...new Set(Object.values(garmentKinds).map(({ category }) => category)),
];
