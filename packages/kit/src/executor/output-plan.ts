import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js'
import { getFieldDef } from 'graphql/execution/execute.js'

/** What a place of an answer is to hold, and what becomes of a value on its way there. */
export type OutputPlan =
  | { kind: 'leaf'; isNonNull: boolean; type: GraphQLLeafType }
  | { kind: 'list'; isNonNull: boolean; item: OutputPlan }
  | { kind: 'object'; isNonNull: boolean; type: GraphQLObjectType; fields: readonly FieldPlan[] | null }
  | { kind: 'abstract'; isNonNull: boolean; type: GraphQLAbstractType }

/** A place in a container: a field of an object, or an item of a list. */
export interface Position {
  key: string | number
  output: OutputPlan
  /** The field that the place belongs to. */
  plan: FieldPlan
}

/** All that can be known of a field of an answer before anybody asks for it. */
export interface FieldPlan extends Position {
  key: string
  name: string
  variant: Variant
  nodes: readonly FieldNode[]
  parentType: GraphQLObjectType
  definition: GraphQLField<unknown, unknown>
  /** Null for a plain property of what the field is of. */
  resolve: GraphQLFieldResolver<unknown, unknown> | null
  /** What `__typename` says; null for every other field. */
  typename: string | null
  /** The arguments, when they are the same for every request; null when they depend on variables, or could be changed. */
  args: Readonly<Record<string, unknown>> | null
  fieldsByType: Map<GraphQLObjectType, readonly FieldPlan[]>
}

/** An operation under one outcome of its conditions: which fields are asked for no longer depends on variables. */
export interface Variant {
  schema: GraphQLSchema
  operation: OperationDefinitionNode
  fragments: Readonly<Record<string, FragmentDefinitionNode>>
  /** The values of the variables that `@skip` and `@include` ask for. */
  conditions: Readonly<Record<string, boolean>>
  rootType: GraphQLObjectType
  fields: readonly FieldPlan[]
}

/** The plan of an operation. */
export function planVariant(
  known: Pick<Variant, 'schema' | 'operation' | 'fragments' | 'conditions' | 'rootType'>,
): Variant {
  const { schema, fragments, conditions, rootType, operation } = known
  const variant: Variant = { ...known, fields: [] }
  const groups = collectFields(schema, fragments, conditions, rootType, operation.selectionSet)
  variant.fields = planFields(variant, rootType, groups)
  return variant
}

/** The fields that are asked of an object of that type, which stands in a place of the field. */
export function fieldsOf(plan: FieldPlan, type: GraphQLObjectType): readonly FieldPlan[] {
  const known = plan.fieldsByType.get(type)
  if (known) return known
  const { schema, fragments, conditions } = plan.variant
  const fields = planFields(plan.variant, type, collectSubfields(schema, fragments, conditions, type, plan.nodes))
  plan.fieldsByType.set(type, fields)
  return fields
}

/** The variables that decide which fields are asked for. */
export function conditionNames(
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): string[] {
  const names = new Set<string>()
  for (const definition of [operation, ...Object.values(fragments)]) {
    visit(definition, {
      [Kind.DIRECTIVE]: ({ name, arguments: args }) => {
        if (name.value !== 'skip' && name.value !== 'include') return
        for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
      },
    })
  }
  return [...names].toSorted()
}

function planFields(
  variant: Variant,
  parentType: GraphQLObjectType,
  groups: Map<string, readonly FieldNode[]>,
): FieldPlan[] {
  return [...groups].flatMap(([key, nodes]) => {
    const node = nodes[0]
    const definition = node && getFieldDef(variant.schema, parentType, node)
    return node && definition ? [planField(variant, parentType, { key, nodes, node, definition })] : []
  })
}

interface FieldParts {
  key: string
  nodes: readonly FieldNode[]
  node: FieldNode
  definition: GraphQLField<unknown, unknown>
}

function planField(
  variant: Variant,
  parentType: GraphQLObjectType,
  { key, nodes, node, definition }: FieldParts,
): FieldPlan {
  const isPlain = !definition.resolve || definition.resolve === defaultFieldResolver
  const plan = {
    key,
    nodes,
    name: definition.name,
    variant,
    parentType,
    definition,
    resolve: isPlain ? null : (definition.resolve ?? null),
    typename: definition.name === '__typename' ? parentType.name : null,
    args: constantArguments(definition, node),
    output: outputOf(definition.type, false),
    fieldsByType: new Map(),
  } as Omit<FieldPlan, 'plan'> as FieldPlan
  plan.plan = plan
  return plan
}

/** One object for all requests, where nothing in it depends on them, and nothing in it can be changed. */
function constantArguments(definition: GraphQLField<unknown, unknown>, node: FieldNode): FieldPlan['args'] {
  try {
    const args = Object.freeze(getArgumentValues(definition, node))
    return hasVariables(node) || Object.values(args).some((value) => typeof value === 'object' && value !== null)
      ? null
      : args
  } catch {
    // A variable that must be there, or a value that is refused: told where and when the field is asked for.
    return null
  }
}

function hasVariables({ arguments: args = [] }: FieldNode): boolean {
  let found = false
  for (const argument of args) {
    visit(argument, {
      [Kind.VARIABLE]: () => {
        found = true
      },
    })
  }
  return found
}

function outputOf(type: GraphQLOutputType, isNonNull: boolean): OutputPlan {
  if (isNonNullType(type)) return outputOf(type.ofType, true)
  if (isListType(type)) return { kind: 'list', isNonNull, item: outputOf(type.ofType, false) }
  if (isLeafType(type)) return { kind: 'leaf', isNonNull, type }
  if (isObjectType(type)) return { kind: 'object', isNonNull, type, fields: null }
  return { kind: 'abstract', isNonNull, type }
}
