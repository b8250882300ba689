import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'
import { fragmentsOf, responseNameOf } from './document-fields.ts'
import { entityFieldsOf, fieldKey, pickEntityFields } from './entity-fields.ts'
import { mapFetches } from './map-fetches.ts'
import { type Requirements, requirementKey, typeKey } from './requirements.ts'
import { locateFetches } from './write-conflicts.ts'

/** The fields that an entity of a type or interface must have to be sent. */
export interface RequiredNames {
  type: string
  names: readonly string[]
}

/** How a fetch represents entities. */
export type RepresentationSpec = Pick<FetchNode, 'requires' | 'inputRewrites'> & {
  requiredNames?: readonly RequiredNames[]
}

/** An entity fetch that may apply to some of the entities at its path only. */
export interface PartialFetch extends FetchNode {
  requiredNames?: readonly RequiredNames[]
  /** Another fetch that takes precedence: entities that it can send are not sent by this one. */
  preferred?: RepresentationSpec
}

/** The fields of one fetch with the same requirements. */
interface Group {
  fields: { type: string; name: string }[]
  names: ReadonlySet<string>
}

/**
 * Splits fetches whose fields have different requirements. The planner sends all entities at a path in one fetch; an entity that was
 * reached another way lacks some requirements, and Apollo's executor would not send it at all. The original fetch takes every entity
 * that has all requirements; the others go to one fetch per group of fields.
 */
export function splitByRequirements(root: PlanNode, requirements: Requirements): PlanNode {
  if (requirements.fields.size === 0) return root
  const fetches = locateFetches(root)
  const paths = new Map(fetches.map(({ fetch, path }) => [fetch, path]))
  const documents = fetches.map(({ fetch, path }) => ({
    path,
    document: parse(fetch.operation, { noLocation: true }),
    fetch,
  }))
  return mapFetches(root, (fetch) => {
    const groups = fetch.requires ? groupsOf(fetch, requirements) : []
    if (groups.length < 2) return fetch
    const maySplit = fetch.inputRewrites || countFieldsAt(documents, paths.get(fetch) ?? '') !== 1
    return maySplit ? { kind: 'Parallel', nodes: splitFetch(fetch, groups, requirements) } : fetch
  })
}

/** Groups the fields of each type by their requirements. Types with a single group are left out. */
function groupsOf({ operation, serviceName, inputRewrites }: FetchNode, { selections }: Requirements): Group[] {
  const byType = new Map<string, Map<string, Group>>()
  for (const field of entityFieldsOf(parse(operation, { noLocation: true }))) {
    if (field.name === '__typename') continue
    const wanted = selections.get(requirementKey(serviceName, field.type, field.name)) ?? []
    const names = new Set(wanted.map(({ name }) => name))
    const key = [...names].sort().join(' ')
    const type = inputRewrites ? '' : field.type
    const groups = byType.get(type) ?? new Map<string, Group>()
    const group = groups.get(key) ?? { fields: [], names }
    group.fields.push(field)
    byType.set(type, groups.set(key, group))
  }
  return [...byType.values()].filter(({ size }) => size > 1).flatMap((groups) => [...groups.values()])
}

/** The fetch for entities with all requirements, and one for each group of fields with fewer. */
function splitFetch(fetch: FetchNode, groups: readonly Group[], requirements: Requirements): PartialFetch[] {
  const requiredNames = groups.flatMap(requiredNamesOf)
  const preferred: RepresentationSpec = { requires: fetch.requires, inputRewrites: fetch.inputRewrites, requiredNames }
  const document = parse(fetch.operation, { noLocation: true })
  const all = new Set(groups.flatMap(({ names }) => [...names]))
  const parts = groups
    .filter(({ names }) => names.size < all.size)
    .map((group): PartialFetch => {
      const others = new Set([...all].filter((name) => !group.names.has(name)))
      return {
        ...fetch,
        ...pickEntityFields(document, new Set(group.fields.map(({ type, name }) => fieldKey(type, name)))),
        requires: (fetch.requires ?? []).map((part) => withoutNames(part, others, keyNames(fetch, part, requirements))),
        requiredNames: requiredNamesOf(group),
        preferred,
      }
    })
  return [{ ...fetch, requiredNames } as PartialFetch, ...parts]
}

function requiredNamesOf({ fields, names }: Group): RequiredNames[] {
  return [...new Set(fields.map(({ type }) => type))].map((type) => ({ type, names: [...names] }))
}

/** Removes the requirements of other groups, except for key fields. */
function withoutNames(
  part: QueryPlanSelectionNode,
  others: ReadonlySet<string>,
  keys: ReadonlySet<string>,
): QueryPlanSelectionNode {
  if (part.kind !== 'InlineFragment') return part
  const remaining = part.selections.filter((one) => one.kind !== 'Field' || keys.has(one.name) || !others.has(one.name))
  return { ...part, selections: remaining.map((one) => withoutNames(one, others, keys)) }
}

function keyNames({ serviceName }: FetchNode, part: QueryPlanSelectionNode, { keys }: Requirements): Set<string> {
  const type = part.kind === 'InlineFragment' ? part.typeCondition : undefined
  const ofType = type === undefined ? [] : (keys.get(typeKey(serviceName, type)) ?? [])
  return new Set(ofType.flatMap((key) => key.map(({ name }) => name)))
}

interface FetchDocument {
  path: string
  document: DocumentNode
  fetch: FetchNode
}

/** How many fields of other fetches put objects at a path. */
function countFieldsAt(fetched: readonly FetchDocument[], path: string): number {
  let count = 0
  for (const one of fetched) {
    if (one.path === path || !`${path}/`.startsWith(`${one.path}/`)) continue
    const names = path.slice(one.path.length + 1).split('/')
    for (const set of setsOf(one)) count += countInSet(set, names, fragmentsOf(one.document))
  }
  return count
}

function setsOf({ document, fetch }: FetchDocument): SelectionSetNode[] {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  const entities = operation?.selectionSet.selections[0]
  const top = fetch.requires && entities?.kind === Kind.FIELD ? entities.selectionSet : operation?.selectionSet
  return top ? [top] : []
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function countInSet({ selections }: SelectionSetNode, names: readonly string[], fragments: Fragments): number {
  return selections.reduce((count, selection) => {
    if (selection.kind === Kind.FIELD) return count + countInField(selection, names, fragments)
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
    return count + (part ? countInSet(part.selectionSet, names, fragments) : 0)
  }, 0)
}

function countInField(field: FieldNode, [first, ...rest]: readonly string[], fragments: Fragments): number {
  if (responseNameOf(field) !== first) return 0
  if (rest.length === 0) return 1
  return field.selectionSet ? countInSet(field.selectionSet, rest, fragments) : 0
}
