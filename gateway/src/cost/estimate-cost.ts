import { isSubtypeOf } from '@tikitu/federation-executor/lib/type-condition'
import { defaultsOf, fragmentsOf } from '@tikitu/federation-executor/plan/document-fields'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { isLeftOut } from '../operations/is-left-out.ts'
import type { CostRules, ListSize } from './collect-costs.ts'
import {
  argumentsOf,
  coordinatesOf,
  costOfArguments,
  firstOf,
  mutationWeight,
  typeWeight,
  type Values,
} from './weights.ts'

type Sizes = ReadonlyMap<string, number>

export interface CostContext {
  schema: GraphQLSchema
  rules: CostRules
  /** The assumed length of lists without `@listSize`. */
  listSize: number
}

interface Estimate extends CostContext {
  variables: Values
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  known: Map<object, Map<string, number>>
}

const mostExpensive = 1e12
const noSizes: Sizes = new Map()

/**
 * Estimates the maximum cost of an operation: 1 for an object, 0 for a scalar, 10 for a mutation, unless `@cost` says otherwise, multiplied
 * by the lengths of the enclosing lists by `@listSize`. Of mutually exclusive types the most expensive counts. Linear in the length of the
 * document.
 */
export function estimateCost(
  costing: CostContext,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  variables: Values,
): number {
  const root = costing.schema.getRootType(operation.operation)
  if (!root) return 0
  const fragments = fragmentsOf(document)
  const estimate: Estimate = {
    ...costing,
    variables: { ...defaultsOf(operation), ...variables },
    fragments,
    known: new Map(),
  }
  return costOfMember(estimate, { set: operation.selectionSet, sizes: noSizes }, root)
}

interface Sized {
  set: SelectionSetNode
  /** Lengths that the parent field gives to lists in this selection set. */
  sizes: Sizes
}

interface Value {
  set: SelectionSetNode | undefined
  sizes: Sizes
  /** The `@cost` of the field for each of its values. */
  weight: number | undefined
}

/** The cost of one value of a type with its selections. For an abstract type, that of its most expensive member. */
function costOfValue(estimate: Estimate, value: Value, type: GraphQLNamedType): number {
  const { set, sizes, weight } = value
  const members = isAbstractType(type) ? estimate.schema.getPossibleTypes(type) : [type]
  const costs = members.map((member) => {
    const inner = set ? costOfMember(estimate, { set, sizes }, member) : 0
    return (weight ?? typeWeight(estimate.rules, member)) + inner
  })
  return Math.max(0, ...costs)
}

/** Cached, because nested spreads could visit a fragment exponentially often. */
function costOfMember(estimate: Estimate, { set, sizes }: Sized, type: GraphQLNamedType): number {
  const key = `${type.name} ${[...sizes]}`
  const known = estimate.known.get(set) ?? new Map<string, number>()
  estimate.known.set(set, known)
  const found = known.get(key)
  if (found !== undefined) return found
  known.set(key, 0)
  let cost = 0
  for (const selection of set.selections) cost += costOfSelection(estimate, { selection, sizes }, type)
  known.set(key, Math.min(cost, mostExpensive))
  return Math.min(cost, mostExpensive)
}

function costOfSelection(
  estimate: Estimate,
  { selection, sizes }: { selection: SelectionNode; sizes: Sizes },
  type: GraphQLNamedType,
): number {
  if (isLeftOut(selection, estimate.variables)) return 0
  if (selection.kind === Kind.FIELD) return costOfField(estimate, { node: selection, sizes }, type)
  const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : estimate.fragments.get(selection.name.value)
  if (!fragment) return 0
  const condition = fragment.typeCondition?.name.value
  if (condition && !isSubtypeOf(estimate.schema, type.name, condition)) return 0
  return costOfMember(estimate, { set: fragment.selectionSet, sizes }, type)
}

function costOfField(
  estimate: Estimate,
  { node, sizes }: { node: FieldNode; sizes: Sizes },
  parent: GraphQLNamedType,
): number {
  const field = 'getFields' in parent ? (parent.getFields()[node.name.value] as GraphQLField<unknown, unknown>) : null
  if (!field) return 0
  const coordinates = coordinatesOf(parent, field.name)
  const rule = firstOf(coordinates, estimate.rules.lists)
  const given = argumentsOf(node, estimate.variables)
  const length = rule && lengthOf(rule, field, given)
  const value = costOfValue(
    estimate,
    { set: node.selectionSet, sizes: sizesBelow(rule, length), weight: firstOf(coordinates, estimate.rules.weights) },
    getNamedType(field.type),
  )
  const times = isList(field.type) ? (sizes.get(field.name) ?? length ?? estimate.listSize) : 1
  const isMutation = parent === estimate.schema.getMutationType()
  const once = costOfArguments(estimate.rules, { coordinates, field }, given) + (isMutation ? mutationWeight : 0)
  return Math.min(times * value + once, mostExpensive)
}

/** The largest slicing argument counts; a list argument counts with its length, a missing argument with its default. */
function lengthOf(rule: ListSize, field: GraphQLField<unknown, unknown>, given: Values): number | undefined {
  const lengths = (rule.slicingArguments ?? []).flatMap((name) => {
    const value = given[name] ?? field.args.find((argument) => argument.name === name)?.defaultValue
    const size = Array.isArray(value) ? value.length : value
    return typeof size === 'number' && size > 0 ? [size] : []
  })
  return lengths.length > 0 ? Math.max(...lengths) : rule.assumedSize
}

function sizesBelow(rule: ListSize | undefined, length: number | undefined): Sizes {
  if (!rule?.sizedFields || length === undefined) return noSizes
  return new Map(rule.sizedFields.map((name) => [name, length]))
}

function isList(type: unknown): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}
