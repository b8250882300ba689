import { type FragmentDefinitionNode, Kind, parse, print, type SelectionNode, visit } from 'graphql'
import { expect } from 'vitest'
import { invalidValueCode } from '../src/write/writer-context.ts'
import type { Asked, Seen, World } from './world.ts'

type Told = NonNullable<Seen['errors']>

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
  expectSame(compiled, stock, query)
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

/**
 * Expects the same data and errors. Where the stock executor tells an error at no path, or at that of a whole entity, ours tells it at
 * each field that is missing; and it tells of values that do not fit the schema beside the errors, and only when there are none.
 */
export function expectSame(ours: Seen, stock: Seen, about: string): void {
  expect(ours.data, about).toEqual(stock.data)
  const [misfits, errors] = split(ours.errors ?? [])
  const stockErrors = stock.errors ?? []
  for (const error of stockErrors)
    expect(
      errors.some((own) => isOf(own, error)),
      `${about} ${JSON.stringify({ error, errors })}`,
    ).toBe(true)
  for (const own of errors)
    expect(
      stockErrors.some((error) => isAlike(own, error)),
      `${about} ${JSON.stringify({ own, stockErrors })}`,
    ).toBe(true)
  if (stockErrors.length > 0) return
  expect(placesOf(misfits), about).toEqual(placesOf(stock.extensions?.['valueCompletion'] ?? []))
}

function split(errors: Told): [misfits: Told, others: Told] {
  const isMisfit = ({ extensions }: Told[number]) => extensions?.['code'] === invalidValueCode
  return [errors.filter(isMisfit), errors.filter((error) => !isMisfit(error))]
}

/** Whether it is that error, at its place or below; or of a field that its entity lacks, too. */
function isOf(own: Told[number], error: Told[number]): boolean {
  const { path = [] } = error
  if (!isAlike(own, error)) return false
  const at = uncounted(own.path ?? [])
  const isBelow = (place: (string | number)[]) => place.every((key, index) => at[index] === key)
  return own.path === undefined || isBelow(uncounted(path)) || isBelow(uncounted(path.slice(0, -1)))
}

function isAlike(own: Told[number], { message, extensions }: Told[number]): boolean {
  return own.message === message && JSON.stringify(own.extensions) === JSON.stringify(extensions)
}

function placesOf(misfits: Told) {
  return misfits.map(({ path, message }) => JSON.stringify({ path: uncounted(path ?? []), message })).sort()
}

function uncounted(path: readonly (string | number)[]) {
  return path.map((key) => (typeof key === 'number' ? '#' : key))
}
