import { type FragmentDefinitionNode, Kind, parse, print, type SelectionNode, visit } from 'graphql'
import { expect } from 'vitest'
import { invalidValueCode } from '../src/write/writer-context.ts'
import type { ClientResult, SubgraphRequest, World } from './world.ts'

type ErrorList = NonNullable<ClientResult['errors']>

/**
 * Runs an operation on both executors and expects the same result. Ignores the order of errors, the order of fields, as the stock
 * executor groups fragments by type, and list indexes in error paths, as it counts only the entities that it sent.
 */
export async function expectAgreement(
  world: World,
  query: string,
  variables?: Record<string, unknown>,
): Promise<ClientResult> {
  const options = variables ? { variables } : {}
  const stock = await world.stock(query, options)
  const stockRequests = world.requests()
  const compiled = await world.compiled(query, options)
  const compiledRequests = world.requests()
  expectSame(compiled, stock, query)
  // Only the stock executor sends @skip and @include to subgraphs.
  if (/@(skip|include)/.test(query)) return compiled
  expect(fieldsOf(compiledRequests), query).toEqual(fieldsOf(stockRequests))
  expect(compiledRequests.length, query).toBeLessThanOrEqual(stockRequests.length)
  return compiled
}

/** The distinct root fields of requests, which merging and deduplication do not change. */
export function fieldsOf(asked: readonly SubgraphRequest[]): string[] {
  return [
    ...new Set(asked.flatMap(({ subgraph, query }) => rootFieldsOf(query).map((text) => `${subgraph} ${text}`))),
  ].sort()
}

function rootFieldsOf(query: string): string[] {
  const document = parse(query)
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  const [operation] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  const selections = operation?.selectionSet.selections.map((node) => normalizeNames(node, fragments)) ?? []
  const isEntities = selections.some((node) => node.kind === Kind.FIELD && node.name.value === '_entities')
  return isEntities ? selections.map(print) : [selections.map(print).join(' ')]
}

/** Removes the names that the compiled executor changes: entity aliases and variables, fragments, and renamed client variables. */
function normalizeNames(node: SelectionNode, fragments: readonly FragmentDefinitionNode[]): SelectionNode {
  return visit(node, {
    Field: (field) => {
      const { alias, arguments: given, ...rest } = field
      return field.name.value === '_entities' && given?.length ? rest : undefined
    },
    Variable: ({ name }) => ({ kind: Kind.VARIABLE, name: { ...name, value: name.value.replace(/^_*client_/, '') } }),
    FragmentSpread: ({ name, directives }) => {
      const fragment = fragments.find((one) => one.name.value === name.value)
      if (!fragment) return undefined
      const { typeCondition, selectionSet } = normalizeFragments(fragment, fragments)
      return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, ...(directives && { directives }) }
    },
  })
}

function normalizeFragments(fragment: FragmentDefinitionNode, fragments: readonly FragmentDefinitionNode[]) {
  const selections = fragment.selectionSet.selections.map((node) => normalizeNames(node, fragments))
  return { ...fragment, selectionSet: { ...fragment.selectionSet, selections } }
}

/**
 * Expects the same data and errors. The compiled executor reports an error without a path, or of a whole entity, at each missing field.
 * The stock executor reports invalid values in extensions, and only when there are no errors.
 */
export function expectSame(ours: ClientResult, stock: ClientResult, about: string): void {
  expect(ours.data, about).toEqual(stock.data)
  const [invalidValues, errors] = splitErrors(ours.errors ?? [])
  const stockErrors = stock.errors ?? []
  for (const error of stockErrors)
    expect(
      errors.some((own) => isAtOrBelow(own, error)),
      `${about} ${JSON.stringify({ error, errors })}`,
    ).toBe(true)
  for (const own of errors)
    expect(
      stockErrors.some((error) => isSameError(own, error)),
      `${about} ${JSON.stringify({ own, stockErrors })}`,
    ).toBe(true)
  if (stockErrors.length > 0) return
  expect(pathsOf(invalidValues), about).toEqual(pathsOf(stock.extensions?.['valueCompletion'] ?? []))
}

function splitErrors(errors: ErrorList): [invalidValues: ErrorList, others: ErrorList] {
  const isInvalidValue = ({ extensions }: ErrorList[number]) => extensions?.['code'] === invalidValueCode
  return [errors.filter(isInvalidValue), errors.filter((error) => !isInvalidValue(error))]
}

/** Whether both are the same error, at the same path or below it, or at a missing field of the same entity. */
function isAtOrBelow(own: ErrorList[number], error: ErrorList[number]): boolean {
  const { path = [] } = error
  if (!isSameError(own, error)) return false
  const at = withoutIndexes(own.path ?? [])
  const isBelow = (place: (string | number)[]) => place.every((key, index) => at[index] === key)
  return own.path === undefined || isBelow(withoutIndexes(path)) || isBelow(withoutIndexes(path.slice(0, -1)))
}

function isSameError(own: ErrorList[number], { message, extensions }: ErrorList[number]): boolean {
  return own.message === message && JSON.stringify(own.extensions) === JSON.stringify(extensions)
}

function pathsOf(invalidValues: ErrorList) {
  return invalidValues.map(({ path, message }) => JSON.stringify({ path: withoutIndexes(path ?? []), message })).sort()
}

function withoutIndexes(path: readonly (string | number)[]) {
  return path.map((key) => (typeof key === 'number' ? '#' : key))
}
