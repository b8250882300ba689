import { defaultTypeResolver, GraphQLError, type GraphQLObjectType, isObjectType } from 'graphql'
import { inspect } from 'graphql/jsutils/inspect.js'
import { fail, Holder, Info } from './execution-context.ts'
import { type FieldPlan, fieldsOf, type Shape, type Slot } from './output-plan.ts'

/** Fills the places of an object's fields with what its source has for them. */
export function executeFields(holder: Holder, source: unknown, fields: readonly FieldPlan[]): void {
  for (const plan of fields) {
    executeField(holder, source, plan)
    if (holder.isDead) return
  }
}

/** Fills the place of one field. What takes time holds the place until it is there, so that fields keep their order. */
export function executeField(holder: Holder, source: unknown, plan: FieldPlan): void {
  if (plan.typename !== null) {
    holder.value[plan.key] = plan.typename
    return
  }
  let result: unknown
  try {
    result = plan.resolve
      ? plan.resolve(source, holder.run.argsOf(plan), holder.run.context, new Info(holder, plan))
      : readProperty(holder, source, plan)
  } catch (error) {
    return fail(holder, plan, error)
  }
  completeOrAwait(holder, plan, result)
}

/** As graphql-js reads what has no resolver: a property, or what a method of that name answers. */
function readProperty(holder: Holder, source: unknown, plan: FieldPlan): unknown {
  const args = holder.run.argsOf(plan)
  if (!isObjectLike(source)) return undefined
  const property = source[plan.name]
  return typeof property === 'function' ? source[plan.name](args, holder.run.context, new Info(holder, plan)) : property
}

function completeOrAwait(holder: Holder, slot: Slot, result: unknown): void {
  if (!isPromise(result)) return complete(holder, slot, result)
  holder.value[slot.key] = null
  holder.run.await(
    result,
    (value) => complete(holder, slot, value),
    (reason) => fail(holder, slot, reason),
  )
}

function complete(holder: Holder, slot: Slot, value: unknown): void {
  const { shape } = slot
  if (value instanceof Error) return fail(holder, slot, value)
  if (value === null || value === undefined) return completeNull(holder, slot)
  try {
    if (shape.kind === 'leaf') holder.value[slot.key] = serialized(shape, value)
    else if (shape.kind === 'object') completeObject({ holder, slot, value }, shape.type)
    else if (shape.kind === 'list') completeList({ holder, slot, value }, shape.item)
    else completeAbstract({ holder, slot, value }, shape)
  } catch (error) {
    fail(holder, slot, error)
  }
}

function completeNull(holder: Holder, slot: Slot): void {
  holder.value[slot.key] = null
  if (!slot.shape.isNonNull) return
  const { parentType, name } = slot.plan
  fail(holder, slot, new Error(`Cannot return null for non-nullable field ${parentType.name}.${name}.`))
}

function serialized({ type }: Shape & { kind: 'leaf' }, value: unknown): unknown {
  const result = type.serialize(value)
  if (result !== null && result !== undefined) return result
  throw new Error(
    `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(result)}`,
  )
}

/** A value that is there, and the place that waits for it. */
interface Filling {
  holder: Holder
  slot: Slot
  value: unknown
}

function completeObject(filling: Filling, type: GraphQLObjectType): void {
  if (!type.isTypeOf) return beginObject(filling, type)
  const { holder, slot, value } = filling
  const is = type.isTypeOf(value, holder.run.context, new Info(holder, slot.plan))
  const decide = (isIt: unknown): void => {
    if (isIt) return beginObject(filling, type)
    const message = `Expected value of type "${type.name}" but got: ${inspect(value)}.`
    fail(holder, slot, new GraphQLError(message, { nodes: slot.plan.nodes }))
  }
  if (isPromise(is)) awaitFor(filling, is, decide)
  else decide(is)
}

function beginObject({ holder, slot, value }: Filling, type: GraphQLObjectType): void {
  const fields = objectFields(slot, type)
  // `__proto__` is a name like any other, and must not become the object's prototype.
  const object = fields.some(({ key }) => key === '__proto__') ? Object.create(null) : {}
  holder.value[slot.key] = object
  executeFields(new Holder(holder.run, object, { up: holder, slot }), value, fields)
}

/** An object type's fields are kept where its shape is; those of other types by their type. */
function objectFields({ shape, plan }: Slot, type: GraphQLObjectType): readonly FieldPlan[] {
  if (shape.kind !== 'object') return fieldsOf(plan, type)
  shape.fields ??= fieldsOf(plan, type)
  return shape.fields
}

function completeList({ holder, slot, value }: Filling, shape: Shape): void {
  const { plan } = slot
  if (!isIterable(value)) {
    throw new GraphQLError(`Expected Iterable, but did not find one for field "${plan.parentType.name}.${plan.name}".`)
  }
  const list: unknown[] = []
  const inner = new Holder(holder.run, list, { up: holder, slot })
  holder.value[slot.key] = list
  let key = 0
  for (const item of value) {
    completeOrAwait(inner, { key, shape, plan }, item)
    if (inner.isDead) return
    key++
  }
}

function completeAbstract(filling: Filling, shape: Shape & { kind: 'abstract' }): void {
  const { holder, slot, value } = filling
  const resolveType = shape.type.resolveType ?? defaultTypeResolver
  const name = resolveType(value, holder.run.context, new Info(holder, slot.plan), shape.type)
  const decide = (found: unknown): void => completeObject(filling, runtimeType(filling, shape, found))
  if (isPromise(name)) awaitFor(filling, name, decide)
  else decide(name)
}

/** Goes on when a promise has told what the value is; the place stays null until then. */
function awaitFor({ holder, slot }: Filling, promise: PromiseLike<unknown>, decide: (found: unknown) => void): void {
  const refuse = (reason: unknown): void => fail(holder, slot, reason)
  holder.value[slot.key] = null
  const take = (found: unknown): void => {
    try {
      decide(found)
    } catch (error) {
      refuse(error)
    }
  }
  holder.run.await(promise, take, refuse)
}

/** The type that a value of an abstract type says it has. @throws as graphql-js does when that cannot be */
function runtimeType(
  { holder, slot, value }: Filling,
  { type }: Shape & { kind: 'abstract' },
  name: unknown,
): GraphQLObjectType {
  const { schema } = holder.run.variant
  const { parentType, name: fieldName, nodes } = slot.plan
  const found = typeof name === 'string' ? schema.getType(name) : undefined
  if (isObjectType(found) && schema.isSubType(type, found)) return found
  const must = `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${parentType.name}.${fieldName}"`
  if (name === null || name === undefined) {
    const hint = `Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`
    throw new GraphQLError(`${must}. ${hint}`, { nodes })
  }
  if (typeof name !== 'string') {
    throw new GraphQLError(`${must} with value ${inspect(value)}, received "${inspect(name)}".`)
  }
  const was = `Abstract type "${type.name}" was resolved to a`
  if (!found) throw new GraphQLError(`${was} type "${name}" that does not exist inside the schema.`, { nodes })
  if (!isObjectType(found)) throw new GraphQLError(`${was} non-object type "${name}".`, { nodes })
  throw new GraphQLError(`Runtime Object type "${name}" is not a possible type for "${type.name}".`, { nodes })
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
}

// biome-ignore lint/suspicious/noExplicitAny: a property of anything, which is called when it can be.
type Properties = Record<string, any>

function isObjectLike(value: unknown): value is Properties {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return isObjectLike(value) && typeof value['then'] === 'function'
}
