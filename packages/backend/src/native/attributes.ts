import { type Attribute, attributeKinds, dataTypes } from './native-types.ts';

/** The type of an operation over float32 values. */
export const float: Attribute = { name: 'T', type: attributeKinds.TF_ATTR_TYPE, value: dataTypes.TF_FLOAT };

export function type(name: string, value: number): Attribute {
  return { name, type: attributeKinds.TF_ATTR_TYPE, value };
}

export function flag(name: string, value: boolean): Attribute {
  return { name, type: attributeKinds.TF_ATTR_BOOL, value };
}

export function text(name: string, value: string | readonly string[]): Attribute {
  return { name, type: attributeKinds.TF_ATTR_STRING, value };
}

export function integers(name: string, value: number | readonly number[]): Attribute {
  return { name, type: attributeKinds.TF_ATTR_INT, value };
}
