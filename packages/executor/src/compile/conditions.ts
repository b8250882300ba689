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

/** The values of the variables in an operation's `@skip` and `@include` directives. */
export type ConditionValues = ReadonlyMap<string, boolean>

/** An operation and the fragments of its document. */
export interface OperationParts {
  operation: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  clientName: ClientName
}

const noConditions: ConditionValues = new Map()

/** Whether an operation has `@skip` or `@include` with a variable. */
export function hasConditions(operation: OperationDefinitionNode, document: DocumentNode): boolean {
  const variableNames = new Set<string>()
  collectConditionVariables(operation.selectionSet, variableNames)
  for (const fragment of fragmentsOf(document).values()) collectConditionVariables(fragment.selectionSet, variableNames)
  return variableNames.size > 0
}

/** Compiles the reading of condition values. Null counts as false; validation has refused it for non-null variables. */
export function compileConditions(
  parts: OperationParts,
  defaults: Readonly<Record<string, unknown>>,
): (variables: Readonly<Record<string, unknown>>) => ConditionValues {
  const variableNames = new Set<string>()
  collectConditionVariables(parts.operation.selectionSet, variableNames)
  for (const fragment of parts.fragments.values()) collectConditionVariables(fragment.selectionSet, variableNames)
  if (variableNames.size === 0) return () => noConditions
  return (variables) => {
    const values = new Map<string, boolean>()
    for (const variable of variableNames) {
      const given = getOwnProperty(variables as Record<string, unknown>, variable)
      values.set(variable, (given === undefined ? defaults[variable] : given) === true)
    }
    return values
  }
}

/** Whether a selection is included under these condition values. */
export function isIncluded(directives: readonly DirectiveNode[] | undefined, values: ConditionValues): boolean {
  if (!directives || directives.length === 0) return true
  return directives.every((directive) => {
    const { value: name } = directive.name
    return name === 'skip'
      ? !isConditionTrue(directive, values)
      : name !== 'include' || isConditionTrue(directive, values)
  })
}

function isConditionTrue(directive: DirectiveNode, values: ConditionValues): boolean {
  const value = directive.arguments?.[0]?.value
  if (value?.kind === Kind.VARIABLE) return values.get(value.name.value) === true
  return value?.kind === Kind.BOOLEAN && value.value
}

function collectConditionVariables({ selections }: SelectionSetNode, variableNames: Set<string>): void {
  for (const selection of selections) {
    for (const directive of selection.directives ?? []) {
      const value = directive.arguments?.[0]?.value
      const isCondition = directive.name.value === 'skip' || directive.name.value === 'include'
      if (isCondition && value?.kind === Kind.VARIABLE) variableNames.add(value.name.value)
    }
    if ('selectionSet' in selection && selection.selectionSet)
      collectConditionVariables(selection.selectionSet, variableNames)
  }
}
