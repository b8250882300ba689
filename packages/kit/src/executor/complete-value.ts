import { defaultTypeResolver, GraphQLError, type GraphQLObjectType, isObjectType } from 'graphql'
import { inspect } from 'graphql/jsutils/inspect.js'
import { handleFieldError, ResolveInfo, ResponseNode } from './execution-context.ts'
import { type FieldPlan, fieldsOf, type OutputPlan, type Position } from './output-plan.ts'

/** Fills the places of an object's fields with what its source has for them. */
export function executeFields(parent: ResponseNode, source: unknown, fields: readonly FieldPlan[]): void {
  for (const plan of fields) {
    executeField(parent, source, plan)
    if (parent.isNulled) return
  }
}

/** Fills the place of one field. What takes time holds the place until it is there, so that fields keep their order. */
export function executeField(parent: ResponseNode, source: unknown, plan: FieldPlan): void {
  if (plan.typename !== null) {
    parent.value[plan.key] = plan.typename
    return
  }
  let result: unknown
  try {
    result = plan.resolve
      ? plan.resolve(source, parent.execution.argsOf(plan), parent.execution.context, new ResolveInfo(parent, plan))
      : readProperty(parent, source, plan)
  } catch (error) {
    return handleFieldError(parent, plan, error)
  }
  completeOrAwait(parent, plan, result)
}

/** As graphql-js reads what has no resolver: a property, or what a method of that name answers. */
function readProperty(parent: ResponseNode, source: unknown, plan: FieldPlan): unknown {
  const args = parent.execution.argsOf(plan)
  if (!isObjectLike(source)) return undefined
  const property = source[plan.name]
  return typeof property === 'function'
    ? source[plan.name](args, parent.execution.context, new ResolveInfo(parent, plan))
    : property
}

function completeOrAwait(parent: ResponseNode, position: Position, result: unknown): void {
  if (!isPromise(result)) return complete(parent, position, result)
  parent.value[position.key] = null
  parent.execution.await(
    result,
    (value) => complete(parent, position, value),
    (reason) => handleFieldError(parent, position, reason),
  )
}

function complete(parent: ResponseNode, position: Position, value: unknown): void {
  const { output } = position
  if (value instanceof Error) return handleFieldError(parent, position, value)
  if (value === null || value === undefined) return completeNull(parent, position)
  try {
    if (output.kind === 'leaf') parent.value[position.key] = serialized(output, value)
    else if (output.kind === 'object') completeObject({ parent, position, value }, output.type)
    else if (output.kind === 'list') completeList({ parent, position, value }, output.item)
    else completeAbstract({ parent, position, value }, output)
  } catch (error) {
    handleFieldError(parent, position, error)
  }
}

function completeNull(parent: ResponseNode, position: Position): void {
  parent.value[position.key] = null
  if (!position.output.isNonNull) return
  const { parentType, name } = position.plan
  handleFieldError(parent, position, new Error(`Cannot return null for non-nullable field ${parentType.name}.${name}.`))
}

function serialized({ type }: OutputPlan & { kind: 'leaf' }, value: unknown): unknown {
  const result = type.serialize(value)
  if (result !== null && result !== undefined) return result
  throw new Error(
    `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(result)}`,
  )
}

/** A value that is there, and the place that waits for it. */
interface PendingValue {
  parent: ResponseNode
  position: Position
  value: unknown
}

function completeObject(pending: PendingValue, type: GraphQLObjectType): void {
  if (!type.isTypeOf) return beginObject(pending, type)
  const { parent, position, value } = pending
  const is = type.isTypeOf(value, parent.execution.context, new ResolveInfo(parent, position.plan))
  const decide = (isIt: unknown): void => {
    if (isIt) return beginObject(pending, type)
    const message = `Expected value of type "${type.name}" but got: ${inspect(value)}.`
    handleFieldError(parent, position, new GraphQLError(message, { nodes: position.plan.nodes }))
  }
  if (isPromise(is)) awaitFor(pending, is, decide)
  else decide(is)
}

function beginObject({ parent, position, value }: PendingValue, type: GraphQLObjectType): void {
  const fields = objectFields(position, type)
  // `__proto__` is a name like any other, and must not become the object's prototype.
  const object = fields.some(({ key }) => key === '__proto__') ? Object.create(null) : {}
  parent.value[position.key] = object
  executeFields(new ResponseNode(parent.execution, object, { up: parent, position }), value, fields)
}

/** An object type's fields are kept where its output is; those of other types by their type. */
function objectFields({ output, plan }: Position, type: GraphQLObjectType): readonly FieldPlan[] {
  if (output.kind !== 'object') return fieldsOf(plan, type)
  output.fields ??= fieldsOf(plan, type)
  return output.fields
}

function completeList({ parent, position, value }: PendingValue, output: OutputPlan): void {
  const { plan } = position
  if (!isIterable(value)) {
    throw new GraphQLError(`Expected Iterable, but did not find one for field "${plan.parentType.name}.${plan.name}".`)
  }
  const list: unknown[] = []
  const inner = new ResponseNode(parent.execution, list, { up: parent, position })
  parent.value[position.key] = list
  let key = 0
  for (const item of value) {
    completeOrAwait(inner, { key, output, plan }, item)
    if (inner.isNulled) return
    key++
  }
}

function completeAbstract(pending: PendingValue, output: OutputPlan & { kind: 'abstract' }): void {
  const { parent, position, value } = pending
  const resolveType = output.type.resolveType ?? defaultTypeResolver
  const name = resolveType(value, parent.execution.context, new ResolveInfo(parent, position.plan), output.type)
  const decide = (found: unknown): void => completeObject(pending, runtimeType(pending, output, found))
  if (isPromise(name)) awaitFor(pending, name, decide)
  else decide(name)
}

/** Goes on when a promise has told what the value is; the place stays null until then. */
function awaitFor(
  { parent, position }: PendingValue,
  promise: PromiseLike<unknown>,
  decide: (found: unknown) => void,
): void {
  const refuse = (reason: unknown): void => handleFieldError(parent, position, reason)
  parent.value[position.key] = null
  const take = (found: unknown): void => {
    try {
      decide(found)
    } catch (error) {
      refuse(error)
    }
  }
  parent.execution.await(promise, take, refuse)
}

/** The type that a value of an abstract type says it has. @throws as graphql-js does when that cannot be */
function runtimeType(
  { parent, position, value }: PendingValue,
  { type }: OutputPlan & { kind: 'abstract' },
  name: unknown,
): GraphQLObjectType {
  const { schema } = parent.execution.variant
  const { parentType, name: fieldName, nodes } = position.plan
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
