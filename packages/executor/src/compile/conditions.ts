import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { getOwnProperty } from '../lib/own-property.ts'
import { fragmentsOf } from '../plan/document-fields.ts'
import type { ClientName } from '../plan/rename-conflicts.ts'

/** What one operation's `@skip` and `@include` come to: the value of each variable they name. */
export type Choices = ReadonlyMap<string, boolean>

/** An operation with the fragments of its document. */
export interface OperationParts {
  operation: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  clientName: ClientName
}

const none: Choices = new Map()

/** Whether variables decide over fields of an operation. */
export function hasConditions(operation: OperationDefinitionNode, document: DocumentNode): boolean {
  const uses = new Set<string>()
  collectUses(operation.selectionSet, uses)
  for (const fragment of fragmentsOf(document).values()) collectUses(fragment.selectionSet, uses)
  return uses.size > 0
}

/** Reads the variables that decide over fields. One that is null stands for false: where one may not be null, the selection was taken out before. */
export function compileChoices(
  parts: OperationParts,
  defaults: Readonly<Record<string, unknown>>,
): (variables: Readonly<Record<string, unknown>>) => Choices {
  const uses = new Set<string>()
  collectUses(parts.operation.selectionSet, uses)
  for (const fragment of parts.fragments.values()) collectUses(fragment.selectionSet, uses)
  if (uses.size === 0) return () => none
  return (variables) => {
    const choices = new Map<string, boolean>()
    for (const variable of uses) {
      const given = getOwnProperty(variables as Record<string, unknown>, variable)
      choices.set(variable, (given === undefined ? defaults[variable] : given) === true)
    }
    return choices
  }
}

/** Whether a selection is part of the operation under these choices. */
export function isIncluded(directives: readonly DirectiveNode[] | undefined, choices: Choices): boolean {
  if (!directives || directives.length === 0) return true
  return directives.every((directive) => {
    const { value: name } = directive.name
    return name === 'skip' ? !conditionOf(directive, choices) : name !== 'include' || conditionOf(directive, choices)
  })
}

function conditionOf(directive: DirectiveNode, choices: Choices): boolean {
  const value = directive.arguments?.[0]?.value
  if (value?.kind === Kind.VARIABLE) return choices.get(value.name.value) === true
  return value?.kind === Kind.BOOLEAN && value.value
}

function collectUses({ selections }: SelectionSetNode, uses: Set<string>): void {
  for (const selection of selections) {
    for (const directive of selection.directives ?? []) {
      const value = directive.arguments?.[0]?.value
      const isCondition = directive.name.value === 'skip' || directive.name.value === 'include'
      if (isCondition && value?.kind === Kind.VARIABLE) uses.add(value.name.value)
    }
    if ('selectionSet' in selection && selection.selectionSet) collectUses(selection.selectionSet, uses)
  }
}
