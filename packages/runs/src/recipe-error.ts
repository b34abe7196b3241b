import { didYouMean, KaleidoError } from '@kaleido/foundation';
import { z } from 'zod';

/** A node of a recipe's JSON Schema, reduced to the keywords that contain names of keys or values. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly propertyNames?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** The recipe that is parsed, and the package that parses it. */
export interface RecipeOrigin {
  /** Name of the recipe's file. */
  readonly name: string;
  /** The package that parses it, without `@kaleido/`. */
  readonly source: string;
  /** Recipes or a schema to compare with, for the advice. */
  readonly like: string;
}

/**
 * The error for an invalid recipe, with the nearest known name if one is misspelt.
 */
export function recipeError(
  schema: z.ZodType<unknown, unknown>,
  values: unknown,
  error: z.ZodError,
  { name, source, like }: RecipeOrigin,
): KaleidoError {
  // A misspelt required key is also missing; the message about the spelling helps more.
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0];
  const path = issue?.path ?? [];
  const key = path.join('.');
  const nodes = nodesAt([z.toJSONSchema(schema, { io: 'input' }) as SchemaNode], values, path);
  const advise = (found: unknown, known: readonly string[]): string =>
    [typeof found === 'string' ? didYouMean(found, known) : '', `compare with ${like}`].filter(Boolean).join(' ');
  if (issue?.code === 'unrecognized_keys') {
    const known = nodes.flatMap(({ properties = {}, propertyNames }) => [
      ...Object.keys(properties),
      // A record with fixed keys.
      ...(propertyNames === undefined ? [] : namesOf(propertyNames)),
    ]);
    return new KaleidoError({
      source,
      problem: `the recipe ${name} has an unknown key${key === '' ? '' : ` in "${key}"`}`,
      found: issue.keys.join(', '),
      advice: advise(issue.keys[0], known),
    });
  }
  const known = nodes.flatMap(namesOf);
  const found = valueAt(values, path) ?? null;
  const message =
    issue?.code === 'invalid_union' && known.length > 0
      ? `Invalid option: expected one of ${known.map((one) => `"${one}"`).join('|')}`
      : issue?.message;
  return new KaleidoError({
    source,
    problem: `the recipe ${name} is wrong at "${key}": ${message ?? ''}`,
    found,
    advice: advise(found, known),
  });
}

/** The schema's nodes at a path: several if the recipe does not say which of several forms it has. */
function nodesAt(nodes: readonly SchemaNode[], value: unknown, path: readonly PropertyKey[]): readonly SchemaNode[] {
  const alternatives = nodes.flatMap((node) => flatten(node));
  const chosen = alternatives.filter((node) => isOfKind(node, value));
  const here = chosen.length > 0 ? chosen : alternatives;
  const [first, ...rest] = path;
  if (first === undefined) return here;
  const next = here.flatMap(({ properties, additionalProperties, items }) => {
    if (typeof first === 'number') return items === undefined ? [] : [items];
    const named = properties?.[String(first)];
    if (named !== undefined) return [named];
    return typeof additionalProperties === 'object' ? [additionalProperties] : [];
  });
  return nodesAt(next, valueAt(value, [first]), rest);
}

function flatten(node: SchemaNode): SchemaNode[] {
  const parts = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  return parts.length === 0 ? [node] : [node, ...parts.flatMap(flatten)];
}

/** Whether this form of a discriminated union has the value's `kind`. */
function isOfKind({ properties }: SchemaNode, value: unknown): boolean {
  const kind = valueAt(value, ['kind']);
  return properties?.kind !== undefined && namesOf(properties.kind).includes(String(kind));
}

function namesOf(node: SchemaNode): string[] {
  return [...(node.enum ?? []), ...(node.const === undefined ? [] : [node.const])].filter(
    (one): one is string => typeof one === 'string',
  );
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    values,
  );
}
