/** Variables of a checkpoint that do not belong to the model. */
export interface LeftVariables {
  readonly kind:
    | 'slots of an optimizer'
    | 'moving averages'
    | 'counters and scales'
    | 'values of a type that is not read';
  readonly names: readonly string[];
}

/** The properties of a variable that decide where it belongs. */
export interface StoredVariable {
  readonly name: string;
  /** Undefined for a type that is not read: strings, doubles. */
  readonly shape?: readonly number[] | undefined;
}

const averages = /(^|\/)(\w*moving_?average|ema|averages?|shadow\w*)(_\d+)?(\/|$)/i;
/** Scopes of optimizers and averages, with the model's names inside. */
const scopes =
  /(^|\/)(\w*(adam|lamb|lars|momentum|adagrad|adadelta|rmsprop|ftrl|optimi[sz]er|moving_?average)\w*|slots?|ema|averages?|shadow\w*)(\/|$)/i;
const counters =
  /(^|\/)(\w*(global_step|loss_scale|good_steps|bad_steps|beta_?\d_power|save_counter|iterations?)\w*)(\/|$)/i;

/** Whether the variables under this prefix are an optimizer's or averages, not the model itself. */
export function isScopeOfCopies(prefix: string): boolean {
  return scopes.test(prefix);
}

/**
 * Separates variables that training adds from those of another model.
 *
 * The name of a slot or an average contains a model variable's name as whole parts: with a suffix (`.../kernel/adam_m`,
 * `.../kernel/ExponentialMovingAverage`) or within a scope (`Adam/.../kernel`). A single number is a counter or a
 * scale: no layer has so few.
 *
 * @param others the variables that are not the model's
 * @param own names of the model's variables, without their prefix
 * @returns what may be left, by kind, and the names that belong to another model
 */
export function tellLeftVariables(
  others: readonly StoredVariable[],
  own: ReadonlySet<string>,
): { readonly left: readonly LeftVariables[]; readonly foreign: readonly string[] } {
  const groups = new Map<LeftVariables['kind'], string[]>();
  const foreign: string[] = [];
  for (const variable of others) {
    const kind = kindOf(variable, own);
    if (kind === undefined) foreign.push(variable.name);
    else groups.set(kind, [...(groups.get(kind) ?? []), variable.name]);
  }
  return { left: [...groups].map(([kind, names]) => ({ kind, names })), foreign };
}

function kindOf({ name, shape }: StoredVariable, own: ReadonlySet<string>): LeftVariables['kind'] | undefined {
  const around = partsAround(name, own);
  if (around !== undefined) return averages.test(around) ? 'moving averages' : 'slots of an optimizer';
  if (shape === undefined) return counters.test(name) ? 'counters and scales' : 'values of a type that is not read';
  const size = shape.reduce((product, length) => product * length, 1);
  return shape.length === 0 || (size === 1 && counters.test(name)) ? 'counters and scales' : undefined;
}

/** The parts around a model variable's name within a name, if they make it a slot of that variable. */
function partsAround(name: string, own: ReadonlySet<string>): string | undefined {
  const parts = name.split('/');
  // Names have about ten parts at most.
  for (let begin = 0; begin < parts.length; begin++)
    for (let end = parts.length; end > begin; end--) {
      if (!own.has(parts.slice(begin, end).join('/'))) continue;
      const [before, after] = [parts.slice(0, begin).join('/'), parts.slice(end).join('/')];
      if (after !== '' || isScopeOfCopies(before)) return `${before}/${after}`;
    }
  return undefined;
}
