import { type FragmentDefinitionNode, Kind, parse, print, type SelectionNode, visit } from 'graphql'
import { expect } from 'vitest'
import type { Asked, Seen, World } from './world.ts'

/**
 * Runs an operation on both executors and expects one answer. Not compared are the order of errors, which says nothing; that of
 * fields, as the stock executor puts fragments of one type together; and numbers in the paths of errors, as it counts only
 * entities that it sent.
 */
export async function expectAgreement(world: World, query: string, variables?: Record<string, unknown>): Promise<Seen> {
  const options = variables ? { variables } : {}
  const stock = await world.stock(query, options)
  const stockAsked = world.asked()
  const compiled = await world.compiled(query, options)
  const compiledAsked = world.asked()
  expect(comparable(compiled), query).toEqual(comparable(stock))
  // Conditions are sent along by the stock executor only.
  if (/@(skip|include)/.test(query)) return compiled
  expect(fieldsOf(compiledAsked), query).toEqual(fieldsOf(stockAsked))
  expect(compiledAsked.length, query).toBeLessThanOrEqual(stockAsked.length)
  return compiled
}

/** What subgraphs are asked for, each field once: requests that ours merges, and equal ones, ask for the same. */
export function fieldsOf(asked: readonly Asked[]): string[] {
  return [
    ...new Set(asked.flatMap(({ subgraph, query }) => rootFieldsOf(query).map((text) => `${subgraph} ${text}`))),
  ].sort()
}

function rootFieldsOf(query: string): string[] {
  const document = parse(query)
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  const [operation] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  const selections = operation?.selectionSet.selections.map((node) => withoutNames(node, fragments)) ?? []
  const isEntities = selections.some((node) => node.kind === Kind.FIELD && node.name.value === '_entities')
  return isEntities ? selections.map(print) : [selections.map(print).join(' ')]
}

/** Without what ours names otherwise: aliases and variables of entities, fragments, and variables that the planner has a use for. */
function withoutNames(node: SelectionNode, fragments: readonly FragmentDefinitionNode[]): SelectionNode {
  return visit(node, {
    Field: (field) => {
      const { alias, arguments: given, ...rest } = field
      return field.name.value === '_entities' && given?.length ? rest : undefined
    },
    Variable: ({ name }) => ({ kind: Kind.VARIABLE, name: { ...name, value: name.value.replace(/^_*client_/, '') } }),
    FragmentSpread: ({ name, directives }) => {
      const fragment = fragments.find((one) => one.name.value === name.value)
      if (!fragment) return undefined
      const { typeCondition, selectionSet } = withFragments(fragment, fragments)
      return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, ...(directives && { directives }) }
    },
  })
}

function withFragments(fragment: FragmentDefinitionNode, fragments: readonly FragmentDefinitionNode[]) {
  const selections = fragment.selectionSet.selections.map((node) => withoutNames(node, fragments))
  return { ...fragment, selectionSet: { ...fragment.selectionSet, selections } }
}

/** What of an answer is compared. */
export function comparable({ data, errors, extensions }: Seen) {
  return { data, errors: sorted(errors), valueCompletion: sorted(extensions?.['valueCompletion']) }
}

function sorted(errors: Seen['errors']) {
  return errors
    ?.map(({ path, message, extensions }) => JSON.stringify({ path: uncounted(path), message, extensions }))
    .sort()
}

function uncounted(path: readonly (string | number)[] | undefined) {
  return path?.map((key) => (typeof key === 'number' ? '#' : key))
}
