import { fragmentsOf } from '@tikitu/federation-executor/plan/document-fields'
import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql'
import { endValidation } from '../limits/limit-rule.ts'

/**
 * Rejects conditions on the root field of a subscription, which has to be the same for all variables.
 * https://spec.graphql.org/September2025/#sec-Single-Root-Field
 * Then it stops validation, because the standard rule on single root fields throws for conditions with variables.
 */
export function plainSubscriptionRule(context: ValidationContext): ASTVisitor {
  return {
    Document: (document) => {
      const subscriptions = document.definitions.filter(
        (node): node is OperationDefinitionNode =>
          node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION,
      )
      const fragments = fragmentsOf(document)
      const isPlain = !subscriptions.some(({ selectionSet }) => isConditional(fragments, selectionSet, new Set()))
      if (isPlain) return
      context.reportError(new GraphQLError('@skip and @include are not allowed on the root field of a subscription.'))
      endValidation(context)
    },
  }
}

type Fragments = ReturnType<typeof fragmentsOf>

/** Visits each fragment once, because cycles have not been ruled out yet. */
function isConditional(fragments: Fragments, { selections }: SelectionSetNode, seen: Set<string>): boolean {
  return selections.some((selection) => {
    if (selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include')) return true
    if (selection.kind === Kind.FIELD) return false
    if (selection.kind === Kind.INLINE_FRAGMENT) return isConditional(fragments, selection.selectionSet, seen)
    const name = selection.name.value
    if (seen.has(name)) return false
    seen.add(name)
    const fragment = fragments.get(name)
    return fragment !== undefined && isConditional(fragments, fragment.selectionSet, seen)
  })
}
