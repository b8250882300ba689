import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql'
import { fragmentsOf } from './document-fields.ts'
import { withUsedFragments } from './extract-operation.ts'

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** A field that an entity fetch selects on the entities themselves. */
interface EntityField {
  /** The name of the parent type in the subgraph. */
  type: string
  name: string
}

/** Identifies a field for `pickEntityFields`. */
export function fieldKey(type: string, name: string): string {
  return `${type}.${name}`
}

/** The fields that an entity fetch selects on the entities themselves. */
export function entityFieldsOf(document: DocumentNode): EntityField[] {
  const { entities, fragments } = readDocument(document)
  const fields = new Map<string, EntityField>()
  const walk = ({ selections }: SelectionSetNode, type: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value
        fields.set(fieldKey(type, name), { type, name })
        continue
      }
      const condition = conditionOf(selection, fragments)?.typeCondition.name.value
      walk(selectionSetOf(selection, fragments), condition ?? type)
    }
  }
  if (entities.selectionSet) walk(entities.selectionSet, '')
  return [...fields.values()]
}

/** The operation of an entity fetch reduced to the given fields, and the variables that it still uses. */
export function pickEntityFields(document: DocumentNode, fields: ReadonlySet<string>) {
  const { operation, entities, fragments } = readDocument(document)
  const selectionSet = entities.selectionSet && filterSelections({ fields, fragments }, entities.selectionSet, '')
  const selections: SelectionNode[] = [{ ...entities, ...(selectionSet && { selectionSet }) }]
  const definitions = withUsedFragments(
    { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } },
    fragments,
  )
  const variables = variablesIn(definitions)
  const printed = visit({ kind: Kind.DOCUMENT, definitions } satisfies DocumentNode, {
    VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null),
  })
  return {
    operation: stripIgnoredCharacters(print(printed)),
    variableUsages: [...variables].filter((name) => name !== 'representations'),
  }
}

function readDocument(document: DocumentNode) {
  const fragments = fragmentsOf(document)
  const operation = getOperationAST(document)
  const entities = operation?.selectionSet.selections[0]
  if (!operation || entities?.kind !== Kind.FIELD) throw new Error('an entity fetch does not select _entities')
  return { operation, entities, fragments }
}

const emptySelectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] }

function selectionSetOf(selection: Exclude<SelectionNode, FieldNode>, fragments: Fragments): SelectionSetNode {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet
  return fragments.get(selection.name.value)?.selectionSet ?? emptySelectionSet
}

interface FieldFilter {
  fields: ReadonlySet<string>
  fragments: Fragments
}

/** Inlines the fragments, because their fields may be needed in one part only. */
function filterSelections(filter: FieldFilter, set: SelectionSetNode, type: string): SelectionSetNode {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return isSelected(filter, type, selection.name.value) ? [selection] : []
    const condition = conditionOf(selection, filter.fragments)
    const part = selectionSetOf(selection, filter.fragments)
    const selectionSet = filterSelections(filter, part, condition?.typeCondition.name.value ?? type)
    if (selectionSet.selections.length === 0) return []
    const { directives = [] } = selection
    return [{ kind: Kind.INLINE_FRAGMENT, directives, selectionSet, ...condition }]
  })
  return { kind: Kind.SELECTION_SET, selections }
}

/** Every part keeps `__typename`. */
function isSelected({ fields }: FieldFilter, type: string, name: string): boolean {
  return name === '__typename' || fields.has(fieldKey(type, name))
}

function conditionOf(selection: Exclude<SelectionNode, FieldNode>, fragments: Fragments) {
  const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
  return part?.typeCondition && { typeCondition: part.typeCondition }
}

function variablesIn(definitions: DocumentNode['definitions']): Set<string> {
  const names = new Set<string>()
  for (const definition of definitions)
    visit(definition, { VariableDefinition: () => false, Variable: ({ name }) => void names.add(name.value) })
  return names
}
